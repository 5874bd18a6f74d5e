#!/usr/bin/env python3
"""A second reader of MusicXML, plain and packed, to check refrain's writer by.

    read_musicxml.py --notes SONG.mid SCORE.musicxml [SONG.mid SCORE.mxl ...]   the same notes?
"""
import sys
import xml.etree.ElementTree as tree
import zipfile
from fractions import Fraction

import read_smf

WHITE = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def root_of(path):
    if not zipfile.is_zipfile(path):
        return tree.parse(path).getroot()
    with zipfile.ZipFile(path) as package:
        container = tree.fromstring(package.read("META-INF/container.xml"))
        return tree.fromstring(package.read(container.find(".//rootfile").get("full-path")))


def pitch_of(note):
    pitch = note.find("pitch")
    return (12 * (int(pitch.find("octave").text) + 1) + WHITE[pitch.find("step").text]
            + int(pitch.findtext("alter") or 0))


def measure_notes(measure, divisions):
    """(start, length, pitch, goes on, is carried) of each, in quarters; and the measure's length and divisions."""
    notes, now, before, end = [], Fraction(0), Fraction(0), Fraction(0)
    for element in measure:
        if element.tag == "attributes":
            divisions = int(element.findtext("divisions") or divisions)
        length = Fraction(int(element.findtext("duration") or 0), divisions)
        if element.tag == "backup":
            now -= length
        elif element.tag == "forward":
            now += length
        elif element.tag == "note":
            start = before if element.find("chord") is not None else now
            if element.find("rest") is None:
                ties = [tie.get("type") for tie in element.findall("tie")]
                notes.append((start, length, pitch_of(element), "start" in ties, "stop" in ties))
            before, now = start, start + length
        end = max(end, now)
    return notes, end, divisions


def part_notes(part):
    notes, sounding, bar, divisions = [], {}, Fraction(0), 1
    for measure in part.findall("measure"):
        found, length, divisions = measure_notes(measure, divisions)
        for start, duration, pitch, goes_on, carried in sorted(found):
            begin = sounding.pop((pitch, bar + start), bar + start) if carried else bar + start
            if goes_on:
                sounding[pitch, bar + start + duration] = begin
            else:
                notes.append((begin, bar + start + duration, pitch))
        bar += length
    read_smf.need(not sounding, "a tie leads nowhere")
    return notes


def compare(song, score):
    wanted = read_smf.all_notes(song)
    found = [note for part in root_of(score).findall("part") for note in part_notes(part)]
    read_smf.need(len(wanted) == len(found), "%d notes, and %d in %s" % (len(wanted), len(found), score))
    key = lambda note: (note[2], note[0], note[1])
    for a, b in zip(sorted(wanted, key=key), sorted(found, key=key)):
        read_smf.need(a[2] == b[2] and abs(a[0] - b[0]) < 1 / 200 and abs(a[1] - b[1]) < 1 / 200,
                      "%d at %g to %g, and %d at %g to %g in %s"
                      % (a[2], a[0], a[1], b[2], b[0], b[1], score))


def main(arguments):
    if len(arguments) < 3 or len(arguments) % 2 == 0 or arguments[0] != "--notes":
        print(__doc__, file=sys.stderr)
        return 2
    failed = 0
    for song, score in zip(arguments[1::2], arguments[2::2]):
        try:
            compare(song, score)
        except read_smf.Broken as broken:
            print("%s: %s" % (song, broken))
            failed += 1
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
