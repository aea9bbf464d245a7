import json
import re

import pytest

from tests.unit.node.pages.test_catalogues import ROOT, load

FRONT_END = ROOT / "deploy" / "front_end"
BUILD = load("build_front_end")


def test_lock_names_no_registry():
    """The lock holds versions and hashes; where they come from is the installer's to say."""
    lock = (FRONT_END / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock
    packages = json.loads(lock)["packages"]
    installed = {name: entry for name, entry in packages.items() if name}
    assert len(installed) == 3
    assert all(entry["integrity"].startswith("sha512-") for entry in installed.values())


def test_versions_are_pinned():
    """Each package has one exact version."""
    manifest = json.loads((FRONT_END / "package.json").read_text(encoding="utf-8"))
    versions = [*manifest["dependencies"].values(), *manifest["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)


def test_without_npm_the_build_goes_on(monkeypatch, tmp_path):
    """A machine without npm gets a sentence instead of fonts."""
    monkeypatch.setattr(BUILD.shutil, "which", lambda name: None)
    assert BUILD.bring_fonts(tmp_path) == "npm is not installed"
    assert not BUILD.fonts_present(tmp_path)


def test_failing_npm_is_told(tmp_path):
    """What npm could not do is said, not raised."""
    assert BUILD.install("/nonexistent/npm", tmp_path).startswith("npm ci failed")


def test_fonts_are_copied_with_their_licences(tmp_path):
    """Both subsets of both fonts and each licence land beside the styles."""
    packages = tmp_path / "packages"
    for name in BUILD.PACKAGES:
        (packages / name / "files").mkdir(parents=True)
        (packages / name / "LICENSE").write_text("OFL")
        for subset in BUILD.SUBSETS:
            (packages / name / "files" / f"{name}-{subset}-wght-normal.woff2").write_bytes(b"w")
    BUILD.copy_fonts(packages, tmp_path / BUILD.VENDOR)
    assert BUILD.fonts_present(tmp_path)
    assert (tmp_path / BUILD.VENDOR / "LICENSE-source-serif-4.txt").exists()


def test_fonts_are_brought_once_for_each_lock(monkeypatch, tmp_path):
    """npm runs where a font is missing or the lock has changed, and not otherwise."""
    brought = []

    def bring(root):
        brought.append(BUILD.lock_hash(root))
        for name in BUILD.PACKAGES:
            for subset in BUILD.SUBSETS:
                (root / BUILD.VENDOR / f"{name}-{subset}.woff2").write_bytes(b"w")
        (root / BUILD.VENDOR / BUILD.LOCK_HASH).write_text(brought[-1])
        return ""

    monkeypatch.setattr(BUILD, "bring_fonts", bring)
    hook = BUILD.FrontEndHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel")
    lock = tmp_path / BUILD.FRONT_END / "package-lock.json"
    (tmp_path / BUILD.VENDOR).mkdir(parents=True)
    lock.parent.mkdir(parents=True)
    for content in ("{}", "{}", '{"lockfileVersion": 3}'):
        lock.write_text(content)
        hook.initialize("standard", {})
    assert len(brought) == 2


@pytest.mark.parametrize("name", ["style.css", "fonts.css", "icon.svg"])
def test_static_files_load_nothing_from_elsewhere(name):
    """Styles and icon name no other host."""
    source = (ROOT / "node" / "pages" / "static" / name).read_text(encoding="utf-8")
    assert not re.search(r"url\(\s*['\"]?(https?:)?//", source)
    assert "@import" not in source
