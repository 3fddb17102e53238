"""What the engine starts the provider with."""

import pytest

from supaschema.provider.__main__ import engine_address

ENGINE = "127.0.0.1:40001"


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        ([ENGINE], ENGINE),
        (["--logtostderr", "-v=9", ENGINE], ENGINE),
        (["--logtostderr", "-v=9", "--tracing", "tcp://127.0.0.1:40002", ENGINE], ENGINE),
        (["--logtostderr"], None),
        ([], None),
    ],
)
def test_the_engine_s_address_is_the_last_argument(arguments, address):
    assert engine_address(arguments) == address
