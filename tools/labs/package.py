"""Autograders: an archive for Gradescope, a workflow for GitHub.

Owns: these scripts. The archive holds an exported tree: the grader's copy of
tests, tools and programs, with the lab blank. So there is no solution in the
place where a hand-in is compiled.
"""

import zipfile
from pathlib import Path

from labs import LabError
from labs.export import contents

SETUP = """\
#!/bin/bash
# Once, when the image is made: the tools, and all that can be built before.
set -e
cd /autograder/source/quire
chmod +x tools/*
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y make python3 git
tools/doctor --install build run test
python3 -c 'import tomllib' 2>/dev/null || apt-get install -y python3-tomli
LAB_WORK=/autograder/work tools/lab prepare {name}
"""

RUN = """\
#!/bin/bash
# For each hand-in. results.json is there from the first check on.
cd /autograder/source/quire || exit 1
mkdir -p /autograder/results
LAB_WORK=/autograder/work tools/lab grade /autograder/submission --lab {name} \\
    --json /autograder/results/results.json
exit 0
"""

WORKFLOW = """\
# Lab {number}: {title}. For a student's repository, as .github/workflows/lab.yml.
# Set the variable QUIRE_GRADER to OWNER/REPOSITORY of an exported tree that
# students cannot change; without it, the tree's own checks are run.
name: lab
on: [push, workflow_dispatch]
permissions:
  contents: read
jobs:
  grade:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v4
        with:
          path: hand-in
      - uses: actions/checkout@v4
        with:
          repository: ${{{{ vars.QUIRE_GRADER || github.repository }}}}
          path: grader
      - name: tools
        run: |
          sudo apt-get update
          cd grader && tools/doctor --install build run test
      - name: grade
        run: |
          cd grader
          tools/lab grade ../hand-in --lab {name} \\
              --json ../results.json --junit ../results.xml | tee ../table.txt
          grep -q '^Score: ' ../table.txt
      - name: summary
        if: always()
        run: |
          {{ echo '```'; cat table.txt; echo '```'; }} >> "$GITHUB_STEP_SUMMARY"
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: results
          path: |
            results.json
            results.xml
"""


def package(lab, folder):
    """Writes both. -> their paths"""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    words = dict(name=lab.name, number=lab.number, title=lab.title)
    archive = folder / f"autograder-{lab.name}.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        add(target, "setup.sh", SETUP.format(**words).encode(), 0o755)
        add(target, "run_autograder", RUN.format(**words).encode(), 0o755)
        for path, (data, mode) in sorted(contents(lab).items()):
            add(target, f"quire/{path}", data, mode)
    workflow = folder / f"github-{lab.name}.yml"
    workflow.write_text(WORKFLOW.format(**words))
    return archive, workflow


def add(target, name, data, mode):
    if ".." in Path(name).parts:
        raise LabError(name)
    info = zipfile.ZipInfo(name)
    info.external_attr = (0o100000 | mode) << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    target.writestr(info, data)
