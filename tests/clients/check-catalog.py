"""Parses both forms of a catalogue, and checks them by shapes. Prints JSON: triples of each form, and what does not conform."""

import json
import sys

from pyshacl import validate
from rdflib import Graph
from rdflib.compare import isomorphic

json_ld, turtle, shapes = (Graph().parse(path, format=form) for path, form in zip(sys.argv[1:], ("json-ld", "turtle", "turtle")))
conforms, _, report = validate(turtle, shacl_graph=shapes)
json.dump({"triples": [len(json_ld), len(turtle)], "same": isomorphic(json_ld, turtle), "conforms": conforms, "report": report}, sys.stdout)
