"""Registers the Processing provider and takes it away again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QLocale, QTranslator

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from .algorithms.provider import ChipwrightProvider

TRANSLATIONS = str(Path(__file__).parent / "resources" / "i18n")


class ChipwrightPlugin:
    """What QGIS loads: nothing but a Processing provider, and its language."""

    def __init__(self, iface: Optional[QgisInterface] = None) -> None:
        """`iface` is None in qgis_process; nothing here needs it."""
        self._provider: Optional[ChipwrightProvider] = None
        self._translator = installed_translator(TRANSLATIONS)

    def initGui(self) -> None:
        """Called by QGIS Desktop."""
        self.initProcessing()

    def initProcessing(self) -> None:
        """Called by qgis_process, which has no window, and by initGui."""
        from .algorithms.provider import ChipwrightProvider

        provider = ChipwrightProvider()
        if QgsApplication.processingRegistry().addProvider(provider):
            self._provider = provider

    def unload(self) -> None:
        """Called when the plugin is switched off or reloaded."""
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None


def installed_translator(folder: str) -> Optional[QTranslator]:
    """The texts in the user's language from now on; None where there are none, as in a clone.

    The translator works as long as somebody holds it.
    """
    language = QgsSettings().value("locale/userLocale", "") or QLocale().name()
    translator = QTranslator()
    if not translator.load(QLocale(str(language)), "chipwright", "_", folder):
        return None
    QCoreApplication.installTranslator(translator)
    return translator
