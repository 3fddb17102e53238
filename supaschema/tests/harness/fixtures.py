"""What makes databases for cases, on the server of `tests/fixtures`."""

import pytest

from harness.sides import Maker, pipeline
from tests.fixtures.postgres import Server, create


@pytest.fixture(scope="session")
def maker(server: Server) -> Maker:
    """Makes databases that hold the platform and what a file adds."""
    template = create(server, "template_corpus")
    with pipeline(template.url) as engine:
        untouched = engine.state.everything()
    with pipeline(template.superuser_url) as engine:
        of_superuser = engine.state.everything()
    return Maker(server, template.name, template.url, untouched, of_superuser)
