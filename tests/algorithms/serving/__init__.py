"""An imitation of web services on this computer."""

from .imitation import Imitation

__all__ = ["Imitation"]
