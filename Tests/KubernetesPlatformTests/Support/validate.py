"""Checks objects against the official schemas of Kubernetes, from 1.27 on, strictly: no key that there is not.

Reads a list of {"name", "object"} as JSON from standard input. Prints a line for each problem, and on the last line which versions were
asked.
"""
import functools
import json
import sys

import kubernetes_validate
from kubernetes_validate import utils

utils.schema_contents = functools.lru_cache(maxsize=None)(utils.schema_contents)
versions = sorted({text for text in utils.all_versions() if int(text.split(".")[1]) >= 27}, key=utils.Version)
for entry in json.load(sys.stdin):
    for version in versions:
        try:
            kubernetes_validate.validate(entry["object"], version, strict=True)
        except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as problem:
            where = ".".join(str(part) for part in getattr(problem, "absolute_path", []))
            print(f"{entry['name']} in {version}: {where}: {problem.message[:300]}")
print("checked " + " ".join(".".join(version.split(".")[:2]) for version in versions))
