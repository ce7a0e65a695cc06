from dataclasses import dataclass, field, asdict, replace
@dataclass(frozen=True)
class Config:
    heads: int = 8
    sizes: list = field(default_factory=list)
assert asdict(replace(Config(), heads=2))["heads"] == 2
