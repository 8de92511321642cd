from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mtcheck._version import __version__
from mtcheck.language_model import kernels
from mtcheck.language_model.kernels import building

ROOT = Path(__file__).resolve().parents[1]


def build(root: Path, folder: Path) -> Path:
    """Build the wheel of a project into a folder."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=root, check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(build(ROOT, tmp_path_factory.mktemp("wheel"))) as archive:
        yield archive


@pytest.mark.skipif(
    not building.can_be_built() or shutil.which("cc") is None, reason="nothing to compile, or nobody to"
)
def test_what_is_compiled_is_installed_with_its_sources(wheel: zipfile.ZipFile) -> None:
    library = f"mtcheck/language_model/kernels/{building.library_name(kernels.FOLDER)}"
    assert {library, "mtcheck/language_model/kernels/kernels.c"} <= set(wheel.namelist())
    assert wheel.filename is not None
    assert "-py3-none-linux_" in wheel.filename


def test_without_a_compiler_the_package_is_built_for_any_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = shutil.ignore_patterns(".*", "tests", "docs", "*.so", "*.safetensors", "*.gz")
    project = shutil.copytree(ROOT, tmp_path / "project", ignore=without)
    monkeypatch.setenv("CC", "false")
    path = build(project, tmp_path)
    assert path.name == f"mtcheck-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".so")]


def test_the_adapter_is_installed_with_the_package(wheel: zipfile.ZipFile) -> None:
    models = {path.relative_to(ROOT).as_posix() for path in (ROOT / "models").rglob("*") if path.is_file()}
    assert {f"mtcheck/{name}" for name in models} <= set(wheel.namelist())


def test_nothing_else_is_installed(wheel: zipfile.ZipFile) -> None:
    assert {name.split("/")[0] for name in wheel.namelist()} == {"mtcheck", f"mtcheck-{__version__}.dist-info"}


def test_the_licence_and_the_command_are_part_of_it(wheel: zipfile.ZipFile) -> None:
    about = f"mtcheck-{__version__}.dist-info"
    assert "Apache License" in wheel.read(f"{about}/licenses/LICENSE").decode()
    assert "mtcheck = mtcheck.__main__:main" in wheel.read(f"{about}/entry_points.txt").decode()


def test_what_tests_are_run_with_is_what_the_package_asks_for() -> None:
    import tomllib

    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {name: version for name, _, version in (line.partition("==") for line in lines if "==" in line)}
    extras = [line for extra in project["optional-dependencies"].values() for line in extra]
    for requirement in map(Requirement, [*project["dependencies"], *extras]):
        version = pinned.get(requirement.name) or pinned.get(requirement.name.replace("-", "_"))
        assert version is not None, f"{requirement.name} is not in constraints.txt"
        assert requirement.specifier.contains(version), f"{requirement} excludes {version}"


def test_asking_for_the_version_imports_nothing_slow() -> None:
    code = "import sys; sys.argv = ['mtcheck', '--version']; from mtcheck.cli import main; main()"
    found = subprocess.run([sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in found.stderr.splitlines()}
    assert found.stdout == f"mtcheck {__version__}\n"
    assert imported.isdisjoint({"torch", "transformers", "rich", "numpy", "tokenizers", "huggingface_hub"})
