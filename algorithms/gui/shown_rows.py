"""The widgets of parameters in a dialog, shown or hidden together with their labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Optional

from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper as Wrapper
from qgis.gui import QgsCollapsibleGroupBoxBasic
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QWidget


class ShownRows:
    """Leaves a folded group alone: it shows all that is in it when it is unfolded."""

    def __init__(self, wrappers: Mapping[str, Wrapper], unfolded: Callable[[], None]) -> None:
        """`unfolded` is called when the rows of a group must be hidden anew."""
        self._wrappers = wrappers
        self._groups = {name: group_of(wrapper) for name, wrapper in wrappers.items()}
        groups = {it.objectName(): it for it in self._groups.values() if it is not None}
        for group in groups.values():
            group.collapsedStateChanged.connect(lambda folded: None if folded else unfolded())

    def hide(self, names: frozenset[str]) -> None:
        """Hide the rows of these parameters and show all others."""
        for name, wrapper in self._wrappers.items():
            group = self._groups[name]
            if group is None or not group.isCollapsed():
                for part in parts(wrapper):
                    part.setVisible(name not in names)


def parts(wrapper: Wrapper) -> Iterator[QWidget]:
    """A widget and its label; check boxes have none."""
    for part in (wrapper.wrappedLabel(), wrapper.wrappedWidget()):
        if part is not None:
            yield part


def group_of(wrapper: Wrapper) -> Optional[QgsCollapsibleGroupBoxBasic]:
    """The group that folds a widget away; None for parameters that are always unfolded."""
    widget = wrapper.wrappedWidget()
    while widget is not None and not widget.inherits("QgsCollapsibleGroupBoxBasic"):
        widget = widget.parentWidget()
    # what QGIS made itself is to Python a plain QGroupBox
    return None if widget is None else sip.cast(widget, QgsCollapsibleGroupBoxBasic)
