import sqlite3, csv, io, zlib, gzip, bz2, uuid, secrets, queue, threading, weakref, calendar, locale, html, urllib.parse
assert list(csv.reader(io.StringIO("a,b")))[0] == ["a", "b"] and gzip.decompress(gzip.compress(b"x")) == b"x"
assert sqlite3.connect(":memory:").execute("select 1").fetchone() == (1,) and uuid.uuid4() and secrets.token_hex(4)
assert threading.current_thread().name and threading.Lock().acquire() and queue.Queue().empty()
