"""CloudWatch's rpc-v2-cbor, put on top of moto's JSON form of the same operations.

A request is decoded, sent to moto as JSON, and moto's answer is encoded again with the shapes of
botocore's service model, which say what is a timestamp, a float or an integer. Both codecs are
botocore's own.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from botocore.model import OperationNotFoundError
from botocore.parsers import RpcV2CBORParser
from botocore.serialize import CBORSerializer
from moto.core.utils import get_service_model

PATH = re.compile(r"^/service/(?P<service>[^/]+)/operation/(?P<operation>[^/]+)$")
_model = get_service_model("cloudwatch")


class _Encoder(CBORSerializer):
    """botocore's encoder, with timestamps that are always whole or fractional epoch seconds."""

    def _convert_timestamp_to_str(self, value: Any, timestamp_format: Any = None) -> Any:
        return value if isinstance(value, (int, float)) else super()._convert_timestamp_to_str(value)

    def encode(self, value: dict[str, Any], shape: Any) -> bytes:
        out = bytearray()
        self._serialize_data_item(out, value, shape)
        return bytes(out)

    def encode_error(self, code: str, message: str) -> bytes:
        out = bytearray(b"\xa2")
        for text in ("__type", code, "message", message):
            self._serialize_type_string(out, text, None, None)
        return bytes(out)


_encoder = _Encoder()


def decode(body: bytes) -> dict[str, Any]:
    """A CBOR body as plain data; an empty body is an empty request."""
    if not body:
        return {}
    parser = RpcV2CBORParser()
    return parser.parse_data_item(parser.get_peekable_stream_from_bytes(body))


def to_json(body: bytes) -> bytes:
    """The JSON form of a CBOR request."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.timestamp()
        raise TypeError(type(value))

    return json.dumps(decode(body), default=plain).encode()


def from_json(operation: str, status: int, body: bytes) -> bytes:
    """The CBOR form of moto's JSON answer to an operation."""
    data = json.loads(body or b"{}")
    if status >= 400:
        code = str(data.get("__type", "InternalFailure"))
        return error(code, str(data.get("message", "")))
    try:
        shape = _model.operation_model(operation).output_shape
    except OperationNotFoundError:
        shape = None
    return _encoder.encode(data, shape) if shape else b"\xa0"


def error(code: str, message: str) -> bytes:
    """The body of an error answer."""
    return _encoder.encode_error(code, message)
