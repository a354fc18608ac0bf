"""Error answers of the emulator's own."""

from moto.core.exceptions import ServiceException


class Refusal(ServiceException):
    """An error with a code and a message, which moto writes in the protocol of the service asked.

    moto takes the service of an error from its class's module when that is one of moto's; this one
    is not, so an error here belongs to whichever service is answering.
    """
