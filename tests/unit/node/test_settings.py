from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.errors import SettingsError
from node.settings import Settings, check_node, described_settings, load_settings


def write(folder: Path, text: str) -> Path:
    """Write the settings file of a node in *folder*."""
    (folder / "skagerrak.toml").write_text(text, encoding="utf-8")
    return folder


def refusal(folder: Path, text: str = "", environment: dict[str, str] | None = None) -> str:
    """Return what is said of wrong settings."""
    with pytest.raises(SettingsError) as error:
        load_settings(write(folder, text), environment or {})
    return error.value.safe


def test_every_setting_has_help() -> None:
    """One or more sentences, and a default that is valid."""
    described = dict(described_settings())

    assert len(described) > 40
    assert all(text.endswith(".") for text in described.values())
    assert Settings.model_validate({}) == Settings()


def test_file_and_variables_and_defaults_have_origins(tmp_path: Path) -> None:
    """A variable counts more than the file, the file more than the default."""
    text = '[node]\nlanguage = "da"\n[http]\nport = 81\n'
    loaded = load_settings(write(tmp_path, text), {"SKAGERRAK_HTTP_PORT": "82"})
    rows = {row.name: row for row in loaded.rows()}

    assert (rows["node.language"].value, rows["node.language"].origin) == (
        "da",
        str(tmp_path / "skagerrak.toml"),
    )
    assert (rows["http.port"].value, rows["http.port"].origin) == (82, "SKAGERRAK_HTTP_PORT")
    assert rows["http.host"].origin == "default"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("CLUSTER_WORKING_LANGUAGES", "nb, da", ("nb", "da")),
        ("CLUSTER_WORKING_LANGUAGES", '["nn"]', ("nn",)),
        ("CLUSTER_SUMMARY", '{"nb": "Hei"}', {"nb": "Hei"}),
        ("NODE_DEMONSTRATION", "true", True),
        ("CLUSTER_LATITUDE", "58.1", 58.1),
        ("FEDERATION_DEVELOPMENT_PEERS", "127.0.0.1:1", ("127.0.0.1:1",)),
    ],
)
def test_variables_are_read_by_kind(tmp_path: Path, name: str, text: str, value: object) -> None:
    """Lists by commas or as JSON, tables as JSON, numbers and answers as they are written."""
    settings = load_settings(write(tmp_path, ""), {f"SKAGERRAK_{name}": text}).settings
    group, _, field = name.lower().partition("_")

    assert getattr(getattr(settings, group), field) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[pages]\nlenght = 3", "Did you mean “pages.length”?"),
        ("[pages]\nlenght = 3", "skagerrak.toml"),
        ("base_url = 'https://x.example'", "there is no setting “base_url”"),
        ("[nod]\nbase_url = 'x'", "Did you mean “node.base_url”?"),
        ("[http]\nport = 'many'", "http.port (from"),
        ("[http]\nport = 70000", "http.port"),
        ("[node]\nlanguage = 'no'", "node.language"),
        ("[node]\nbase_url = 'x.example'", "must be an address such as https://"),
        ("[node]\nbase_url = 'https://x.example/p'", "must have no path"),
        ("[cluster]\nhandle = 'Å'", "cluster.handle"),
        ("[cluster]\nregion = 'Agder'", "must be a NUTS code such as NO092"),
        ("[cluster]\nregion = 'NO999'", "must be a NUTS code such as NO092"),
        ("[cluster]\nsummary = 'text'", "cluster.summary"),
        ("[cluster]\nsummary = {nb = 3}", "cluster.summary"),
        ("[node\n", "not readable as TOML"),
        ("[http]\nport = 1\nport = 2", "not readable as TOML"),
    ],
)
def test_wrong_settings_are_named_with_place_and_remedy(
    tmp_path: Path, text: str, said: str
) -> None:
    """An unknown or mistyped one stops the program."""
    assert said in refusal(tmp_path, text)


def test_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    """With its name."""
    (tmp_path / "skagerrak.toml").write_bytes(b"\xff\xfe[")
    with pytest.raises(SettingsError, match=r"skagerrak\.toml is not readable"):
        load_settings(tmp_path, {})


def test_all_wrong_values_are_told_at_once(tmp_path: Path) -> None:
    """One line for each."""
    lines = refusal(tmp_path, "[http]\nport = -1\n[pages]\nlength = 0").splitlines()

    assert len(lines) == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [("SKAGERRAK_HTTP_PROT", "Did you mean SKAGERRAK_HTTP_PORT?"), ("SKAGERRAK_X", "SKAGERRAK_X")],
)
def test_unknown_variables_are_told(tmp_path: Path, name: str, said: str) -> None:
    """Those of other programs, and those that are no settings, count for nothing."""
    assert said in refusal(tmp_path, environment={name: "1"})
    load_settings(tmp_path, {"PATH": "/bin", "SKAGERRAK_NODE": "/srv/node"})


def test_wrong_variable_is_named_as_its_own_place(tmp_path: Path) -> None:
    """Not the file, which is right."""
    said = refusal(tmp_path, "[http]\nport = 80", {"SKAGERRAK_HTTP_PORT": "x"})

    assert "http.port (from SKAGERRAK_HTTP_PORT) is 'x'" in said


def test_development_stays_on_loopback(tmp_path: Path) -> None:
    """Peers over http are refused for a node that the world can reach."""
    peers = "[federation]\ndevelopment_peers = ['127.0.0.1:8082']\n"
    here = load_settings(write(tmp_path, peers), {}).settings

    assert here.federation.development_peers == ("127.0.0.1:8082",)
    assert "allowed only where node.base_url is on loopback" in refusal(
        tmp_path, peers + "[node]\nbase_url = 'https://node.example'\n"
    )


def test_base_url_is_an_origin(tmp_path: Path) -> None:
    """In small letters, without a slash at its end."""
    text = "[node]\nbase_url = 'https://Node.Example.org:8443/'"

    assert load_settings(write(tmp_path, text), {}).settings.node.base_url == (
        "https://node.example.org:8443"
    )


def test_folder_without_a_node(tmp_path: Path) -> None:
    """The remedy tells both ways out."""
    with pytest.raises(SettingsError) as error:
        check_node(tmp_path)

    assert "skagerrak init DIR" in error.value.remedy
    assert "--node DIR" in error.value.remedy
    check_node(write(tmp_path, ""))


@given(
    st.dictionaries(
        st.sampled_from(
            [f"SKAGERRAK_{name.replace('.', '_').upper()}" for name, _ in described_settings()]
        ),
        st.text(),
    )
)
def test_any_variables_are_read_or_refused(environment: dict[str, str]) -> None:
    """Nothing but SettingsError comes of them."""
    try:
        load_settings(Path("/nonexistent"), environment)
    except SettingsError as error:
        assert error.safe  # noqa: PT017 - most are refused, some are not


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[cluster]\nsummary = { no = "Hei" }', "'no' is no language of the pages"),
        ('[cluster]\nsummary = "Hei"', "must name the language of each text"),
        ('[cluster]\nworking_languages = ["no"]', "bokmål is nb"),
        ('[cluster]\norganisation_number = "123"', "123 is not an organisation number"),
        ('[cluster]\ncountry = "DK"\norganisation_number = "988077917"', "is not a CVR number"),
        ('[federation]\ndevelopment_peers = ["here"]', "'here' is not an exact ip:port pair"),
        ('[federation]\nca_file = "/nowhere.pem"', "there is no such file"),
    ],
)
def test_values_that_mean_nothing_are_told_at_once(tmp_path: Path, text: str, said: str) -> None:
    """Not when a page is made, a message sent or the node started."""
    assert said in refusal(tmp_path, text)


def test_a_half_written_list_in_a_variable_is_no_list_of_one(tmp_path: Path) -> None:
    """Brackets promise JSON."""
    told = refusal(tmp_path, environment={"SKAGERRAK_CLUSTER_WORKING_LANGUAGES": '["nb"'})

    assert "SKAGERRAK_CLUSTER_WORKING_LANGUAGES is not readable as JSON" in told
