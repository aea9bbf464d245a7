from federation.token_bucket import TokenBuckets


class Bucket:
    """Three at once, one more every ten seconds, by a clock that is set."""

    def __init__(self, size: int = 10) -> None:
        self.now = 100.0
        self.tokens = TokenBuckets(burst=3, seconds_each=10, size=size, monotonic=lambda: self.now)

    def takes(self, name: str = "a") -> bool:
        if self.tokens.wait(name):
            return False
        self.tokens.take(name)
        return True


def test_so_many_at_once_then_one_after_the_other() -> None:
    """After the burst one token comes back in its time, and another only after as long again."""
    bucket = Bucket()
    assert [bucket.takes() for _ in range(4)] == [True, True, True, False]
    assert bucket.tokens.wait("a") == 10
    bucket.now += 9
    assert not bucket.takes()
    bucket.now += 1
    assert bucket.takes()
    assert not bucket.takes()


def test_names_have_buckets_of_their_own() -> None:
    """One name that has used up all keeps no other from anything."""
    bucket = Bucket()
    while bucket.takes("a"):
        pass
    assert bucket.takes("b")


def test_what_is_given_back_can_be_taken() -> None:
    """But never more than the burst."""
    bucket = Bucket()
    while bucket.takes():
        pass
    bucket.tokens.give_back("a")
    assert bucket.takes()
    for _ in range(9):
        bucket.tokens.give_back("a")
    assert [bucket.takes() for _ in range(4)] == [True, True, True, False]


def test_a_bucket_left_alone_is_full_again() -> None:
    """And takes no place in memory beyond the bound."""
    bucket = Bucket(size=2)
    while bucket.takes():
        pass
    bucket.now += 30
    assert [bucket.takes() for _ in range(4)] == [True, True, True, False]
    for name in "bcd":
        bucket.takes(name)
    assert len(bucket.tokens._full_at) == 2
