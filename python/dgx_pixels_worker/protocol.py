"""Messages, schema v1: MsgPack maps, within limits. This module and the control process import no torch."""

import msgpack

VERSION = 1
# Longer messages are refused unread: images and tensors travel as paths.
MAX_MESSAGE = 4 << 20
MAX_DEPTH = 16

CODES = frozenset(
    ["bad_request", "unknown_type", "version", "busy", "not_found", "no_device", "out_of_memory", "data_invalid",
     "cancelled", "internal"]
)


class Refused(Exception):
    """A request or a job that ends with an error of the schema."""

    def __init__(self, code, msg, retry=False, detail=None):
        assert code in CODES, code
        super().__init__(msg)
        self.code, self.msg, self.retry, self.detail = code, msg, retry, detail

    def as_map(self):
        error = {"code": self.code, "msg": self.msg, "retry": self.retry}
        if self.detail is not None:
            error["detail"] = self.detail
        return error


def pack(message):
    return msgpack.packb(message, use_bin_type=True)


def _no_extension(code, data):
    raise ValueError("extension types are not part of the schema")


def unpack(data):
    """Parses a message; whatever it is, the only exception is `Refused`."""
    if len(data) > MAX_MESSAGE:
        raise Refused("bad_request", f"a message has at most {MAX_MESSAGE >> 20} MiB")
    try:
        message = msgpack.unpackb(data, raw=False, strict_map_key=True, ext_hook=_no_extension)
    except Exception as error:  # the parser raises many types
        raise Refused("bad_request", f"not a MsgPack message: {type(error).__name__}") from None
    if not isinstance(message, dict) or not _is_shallow(message):
        raise Refused("bad_request", f"a message is a map, nested at most {MAX_DEPTH} deep")
    return message


def _is_shallow(value):
    open_values = [(value, 1)]
    while open_values:
        value, depth = open_values.pop()
        if depth > MAX_DEPTH:
            return False
        if isinstance(value, dict):
            open_values.extend((item, depth + 1) for item in value.values())
        elif isinstance(value, list):
            open_values.extend((item, depth + 1) for item in value)
    return True


def field(message, name, kind, default=...):
    """A field of a request; unknown ones are ignored."""
    value = message.get(name, default)
    if value is ...:
        raise Refused("bad_request", f"`{name}` is missing")
    is_right = isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)
    if not is_right and value is not default:
        raise Refused("bad_request", f"`{name}` has the wrong type")
    return value


def checked(message, token):
    """The type of a request, once version and token are right."""
    if message.get("v") != VERSION:
        raise Refused("version", f"this worker speaks version {VERSION} of the schema", detail={"proto": [VERSION, VERSION]})
    if token is not None and not _same(message.get("token"), token):
        raise Refused("bad_request", "the token is wrong")
    return field(message, "t", str)


def _same(given, token):
    import hmac

    return isinstance(given, str) and hmac.compare_digest(given.encode(), token.encode())


def reply(request_id, values):
    return {"v": VERSION, "id": request_id, "ok": True, **values}


def refusal(request_id, refused):
    return {"v": VERSION, "id": request_id, "ok": False, "err": refused.as_map()}
