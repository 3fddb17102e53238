"""A result as JUnit's XML: a case for each finding, one that fails where it fails the sweep."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable

from supaschema.core.printable import lines
from supaschema.drift.model import Finding, Level, Result, Topic
from supaschema.drift.text import TITLES, details

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(result: Result) -> str:
    """Return the XML. A list without findings is a case that passes, so that a clean sweep is not an empty file."""
    root = ET.Element("testsuites", name="drift")
    for topic in Topic:
        found = result.of(topic)
        failing = [item for item in found if item.level is Level.FAIL]
        suite = ET.SubElement(root, "testsuite", name=topic.value, tests=str(max(1, len(found))))
        suite.set("failures", str(_count(failing, errors=False)))
        suite.set("errors", str(_count(failing, errors=True)))
        for item in found:
            _case(suite, item)
        if not found:
            ET.SubElement(suite, "testcase", classname=topic.value, name="nothing is found")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _count(items: Iterable[Finding], *, errors: bool) -> int:
    return sum((item.topic is Topic.UNTOLD) is errors for item in items)


def _case(suite: ET.Element, item: Finding) -> None:
    case = ET.SubElement(suite, "testcase", classname=item.topic.value, name=_clean(item.title))
    told = _clean(lines("\n".join([*details(item), *item.access, *item.repair])))
    if item.level is Level.REPORT:
        ET.SubElement(case, "system-out").text = told
        return
    tag = "error" if item.topic is Topic.UNTOLD else "failure"
    ET.SubElement(case, tag, message=_clean(item.why or TITLES[item.topic]), type=item.topic.value).text = told


def _clean(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
