"""The widgets of parameters in a dialog, shown or hidden together with their labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper, QgsCollapsibleGroupBoxBasic
from qgis.PyQt.QtWidgets import QWidget

Wrappers = Mapping[str, QgsAbstractProcessingParameterWidgetWrapper]


class ShownRows:
    """Knows the group of advanced parameters: it shows all that is in it when it is unfolded."""

    def __init__(self, wrappers: Wrappers, unfolded: Callable[[], None]) -> None:
        """`unfolded` is called when the rows must be hidden anew."""
        self._wrappers = wrappers
        groups = {id(group): group for it in wrappers.values() if (group := group_of(it))}
        for group in groups.values():
            group.collapsedStateChanged.connect(lambda folded: None if folded else unfolded())

    def hide(self, names: frozenset[str]) -> None:
        """Hide the rows of these parameters and show all others."""
        for name, wrapper in self._wrappers.items():
            group = group_of(wrapper)
            if group is None or not group.isCollapsed():
                for part in parts(wrapper):
                    part.setVisible(name not in names)


def parts(wrapper: QgsAbstractProcessingParameterWidgetWrapper) -> Iterator[QWidget]:
    """A widget and its label; check boxes have none."""
    for part in (wrapper.wrappedLabel(), wrapper.wrappedWidget()):
        if part is not None:
            yield part


def group_of(
    wrapper: QgsAbstractProcessingParameterWidgetWrapper,
) -> QgsCollapsibleGroupBoxBasic:
    """The group that folds a widget away; None for parameters that are always unfolded."""
    widget = wrapper.wrappedWidget()
    while widget is not None and not isinstance(widget, QgsCollapsibleGroupBoxBasic):
        widget = widget.parentWidget()
    return widget
