"""The JSON schema of a spec, generated from `spec.Assignment`; editors complete and check a spec with it."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from grader.expressions import Expression
from grader.spec import Assignment


class _Generator(GenerateJsonSchema):
    def encode_default(self, dft: Any) -> Any:
        """Defaults as an author would write them."""
        match dft:
            case Expression():
                return int(dft.text) if dft.text.isdecimal() else dft.text
            case Fraction():
                return int(dft) if dft.denominator == 1 else float(dft)
            case BaseModel():
                return {}
            case _:
                return super().encode_default(dft)


def schema_text() -> str:
    """The schema as it stands in `grader/spec.schema.json`; a test holds that file to it."""
    schema = Assignment.model_json_schema(schema_generator=_Generator)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "attention-grader spec"
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
