"""A community from a networkx graph given in Python."""

from __future__ import annotations

from typing import Any, Literal, NoReturn

from pydantic import Field, PrivateAttr, field_serializer, field_validator

from pd_sim.community.base import CommunitySource
from pd_sim.community.community import Community
from pd_sim.community.graphs import community_of
from pd_sim.errors import CommunityError

__all__ = ["Graph"]


class Graph(CommunitySource):
    """A community given as a networkx graph, one graph per village, or a `Community`; it cannot be written to a file.

    The graph is read once, when the description is made: what is changed in it later has no effect.

    Examples
    --------
    >>> import networkx as nx
    >>> Graph(graph=nx.karate_club_graph(), weight="weight").draw_community(1).n
    34
    """

    generator: Literal["graph"] = "graph"
    graph: Any = Field(description="a networkx graph, a mapping from villages to graphs, or a Community")
    village: str | None = Field(None, description="node attribute with the name of the village")
    weight: str | None = Field(None, description="edge attribute with the weight; none: every tie counts 1")
    perceived: str | None = Field(None, description="edge attribute with what one believes of the other")
    groups: tuple[str, ...] = Field((), description="node attributes that are groups")

    _community: Community = PrivateAttr()

    def model_post_init(self, context: Any) -> None:
        """Read the graph."""
        del context
        self._community = (
            self.graph
            if isinstance(self.graph, Community)
            else community_of(
                self.graph, village=self.village, weight=self.weight, perceived=self.perceived, groups=self.groups
            )
        )

    @field_validator("graph", mode="before")
    @classmethod
    def _given(cls, value: Any) -> Any:
        if value is None or isinstance(value, (str, int, float, list)):
            raise ValueError(
                "`generator: graph` takes a networkx graph in Python; in a file say `generator: file` and name its ties"
            )
        return value

    @field_serializer("graph")
    def _refused(self, value: Any) -> str:
        self.refuse()

    def refuse(self) -> NoReturn:
        """Say that a graph given in Python cannot be written, and what can."""
        raise CommunityError(
            "a graph given in Python cannot be written to a scenario file; save it with "
            "`Community.from_networkx(graph).save(folder)` and use the description which that returns"
        )

    def __hash__(self) -> int:
        return id(self._community)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Graph) and self._community is other._community and self.draw == other.draw

    def fingerprint(self) -> str:
        """Digest of the community, to say with a result what it was computed from."""
        return self._community.fingerprint()

    def draw_community(self, seed: int) -> Community:
        """The graph as a community; the seed plays no part."""
        del seed
        return self._community
