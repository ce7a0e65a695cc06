import datetime
from datetime import datetime as when, timedelta
assert when.strptime("2026-01-02", "%Y-%m-%d").day == 2
assert str(datetime.date(2026, 1, 2) + timedelta(days=1)) == "2026-01-03"
when.now(); when.now(datetime.timezone.utc).isoformat(); when.now().strftime("%H:%M")
