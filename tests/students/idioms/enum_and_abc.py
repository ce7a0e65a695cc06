import abc, enum
class Kind(enum.Enum):
    SELF = enum.auto()
class Base(abc.ABC):
    @abc.abstractmethod
    def forward(self): ...
class Attention(Base):
    def forward(self): return Kind.SELF.name
assert Attention().forward() == "SELF"
