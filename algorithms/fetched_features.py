"""Features of a service, copied to where OGR finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.errors import InvalidRequest
from ..core.progress import Progress
from .asking import asking
from .network import Network

if TYPE_CHECKING:
    from ..core.feature_service import FeatureLayer


@dataclass(frozen=True)
class FetchedFeatures:
    """All features of a layer, wherever they lie: classes are numbered over the whole layer."""

    parameter: str
    layer: FeatureLayer
    path: str
    network: Network

    def write(self, progress: Progress) -> None:
        """Fetch and copy them. In a worker thread. Raises ChipExportError."""
        from ..core.feature_service import write_features

        progress.info(f"{self.parameter}: fetching the features of '{self.layer.url}'.")
        with asking(self.parameter, self.network, progress) as ask:
            count = write_features(self.layer, ask.json, self.path, progress.fraction)
        if not count:
            raise InvalidRequest(
                self.parameter, f"'{self.layer.url}' has no features with a geometry."
            )
        progress.info(f"{self.parameter}: {count} features.")
