"""The JSON schema of a spec, generated from `spec.Assignment`; editors complete and check a spec with it."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import DictSchema

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

    def field_title_should_be_set(self, schema: Any) -> bool:
        """A key is its own title."""
        return False

    def dict_schema(self, schema: DictSchema) -> JsonSchemaValue:
        """Where keys have to be names, other keys are wrong."""
        made = super().dict_schema(schema)
        return {**made, "additionalProperties": False} if "patternProperties" in made else made

    def generate(self, schema: CoreSchema, mode: Any = "validation") -> JsonSchemaValue:
        """A key that has no description of its own has that of the mapping it belongs to, or stands for."""
        made = super().generate(schema, mode)
        for mapping in made["$defs"].values():
            for key in mapping.get("properties", {}).values():
                about = mapping if "$ref" not in key else made["$defs"][key["$ref"].rpartition("/")[2]]
                key.setdefault("description", about["description"].partition("\n\n")[0])
        return made


def schema_text() -> str:
    """The schema as it stands in `grader/spec.schema.json`; a test holds that file to it."""
    schema = Assignment.model_json_schema(schema_generator=_Generator)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "attention-grader spec"
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
