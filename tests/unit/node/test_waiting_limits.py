"""How much may wait for the desk comes from the settings."""

from node.receiving.batch import WaitingLimits
from node.setting_groups import FederationSettings, InterestSettings


def test_limits_are_those_of_the_settings() -> None:
    """Each its own; unless told otherwise they are as they always were."""
    interests = InterestSettings(waiting_per_server=7)
    federation = FederationSettings(contributions_waiting=8, servers_waiting=9)
    limits = WaitingLimits.from_settings(interests, federation)

    assert (limits.interests, limits.contributions, limits.servers) == (7, 8, 9)
    default = WaitingLimits.from_settings(InterestSettings(), FederationSettings())
    assert default == WaitingLimits()
    assert (default.interests, default.contributions, default.servers) == (100, 20, 2_000)
