#!/usr/bin/env python3
"""Writes songs of many tracks to test with. Standard library only; shares no code with refrain.

write_songs.py FOLDER COUNT [SEED]   song-001.mid .. and truth.tsv: file, row of the melody (from 1, as refrain tracks counts
                                     them), kind: lyrics, name or plain

Every song has a melody on a random track and channel and around it some of: chords, broken chords, a bass, long notes, a second
voice below, a riff, drums. A third of the songs have lyrics, a third a name that says which the melody is (among names that do
not), a third neither. All of them hold what has to survive saving: tempos and meters that change, key signatures, controllers,
bends, pressure, system exclusive events and their continuations, long texts, events of other programs, foreign chunks, rests
at the end; format 0 and 1, several divisions, running status."""
import random
import struct
import sys

SCALES = ([0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10])
MELODY_NAMES = ("Melody", "Vocals", "Lead vocal", "Voice", "SOPRANO", "Melodie", "Canto", "Lead", "メロディ")
OTHER_NAMES = {"chords": ("Guitar", "Piano chords", "Harmony", "Rhythm gtr", "Organ"), "broken": ("Harp", "Piano", "Arp", "Acoustic"),
               "bass": ("Bass", "E-Bass", "Fretless"), "long": ("Strings", "Pad", "Choir Aahs"), "second": ("Backing vocals", "2nd Voice",
               "Harmony voice"), "riff": ("Riff", "Clav", "Marimba"), "drums": ("Drums", "Percussion")}
PLAIN_NAMES = ("", "Track", "Untitled", "MIDI out", "Staff")


def quantity(value):
    out = [value & 0x7F]
    while value > 0x7F:
        value >>= 7
        out.insert(0, 0x80 | value & 0x7F)
    return bytes(out)


def meta(kind, text):
    return bytes([0xFF, kind]) + quantity(len(text)) + text


class Song:
    def __init__(self, rng):
        self.rng = rng
        self.division = rng.choice((96, 120, 192, 384, 480, 960))
        self.beats = rng.choice((3, 4, 4, 4))
        self.bars = rng.randrange(16, 33)
        self.tonic = rng.randrange(12)
        self.scale = rng.choice(SCALES)
        self.roots = [rng.choice((0, 3, 4, 5)) for _ in range(4)]

    def pitch(self, degree, octave):
        return 12 * octave + self.tonic + 12 * (degree // 7) + self.scale[degree % 7]

    def chord(self, bar, octave):
        root = self.roots[bar % 4]
        return [self.pitch(root + step, octave) for step in (0, 2, 4)]

    # each part: [(start, length, pitch)] in sixteenths
    def melody(self):
        rng, notes, degree = self.rng, [], 7 + self.rng.randrange(3)
        phrases = [[rng.choice((2, 2, 4, 4, 6, 8, 3, 1)) for _ in range(16)] for _ in range(3)]
        octave, at, end = rng.choice((4, 4, 5)), rng.choice((0, 0, 4)), self.bars * self.beats * 4
        for phrase in range(100):
            for length in phrases[rng.randrange(3)]:
                if at + length > end:
                    return notes
                degree = max(3, min(14, degree + rng.choice((-2, -1, -1, -1, 0, 1, 1, 1, 2, 4, -3))))
                if rng.random() > 0.08:
                    notes.append((at, length, self.pitch(degree, octave)))
                at += length
            at += rng.choice((0, 0, 4))
        return notes

    def over_bars(self, part):
        return [note for bar in range(self.bars) for note in part(bar, bar * self.beats * 4)]

    def chords(self):
        step = self.rng.choice((2, 4, 4, 8))
        return self.over_bars(lambda bar, at: [(at + s, step, p) for s in range(0, self.beats * 4, step)
                                               for p in self.chord(bar, 4)])

    def broken(self):
        return self.over_bars(lambda bar, at: [(at + s, 2, self.chord(bar, 4)[(s // 2) % 3]) for s in range(0, self.beats * 4, 2)])

    def bass(self):
        step = self.rng.choice((2, 4, 8))
        return self.over_bars(lambda bar, at: [(at + s, step, self.chord(bar, 2)[0]) for s in range(0, self.beats * 4, step)])

    def long(self):
        return self.over_bars(lambda bar, at: [(at, self.beats * 4, p) for p in self.chord(bar, 5)])

    def second(self, tune):
        return [(start, length, pitch - self.rng.choice((3, 4, 5))) for start, length, pitch in tune if self.rng.random() > 0.3]

    def riff(self):
        pattern = [self.rng.randrange(5) for _ in range(4)]
        return self.over_bars(lambda bar, at: [(at + s, 1, self.pitch(pattern[s // 2 % 4], 5)) for s in range(0, self.beats * 4, 2)])

    def drums(self):
        return self.over_bars(lambda bar, at: [(at + s, 1, 36 if s % 8 == 0 else 42) for s in range(0, self.beats * 4, 2)])


PROGRAMS = {"melody": (73, 52, 40, 65, 0, 11, 56, 80), "chords": (0, 24, 25, 27, 16), "broken": (0, 24, 46), "bass": (32, 33, 38, 0),
            "long": (48, 50, 89), "second": (52, 53, 73), "riff": (7, 12, 81), "drums": (0,)}


def events_of(song, kind, notes, channel, lyrics):
    """(tick, order, bytes): order keeps offs before ons."""
    rng, step = song.rng, song.division / 4
    out = [(0, 1, bytes([0xC0 | channel, rng.choice(PROGRAMS[kind])])), (0, 1, bytes([0xB0 | channel, 7, rng.randrange(60, 128)]))]
    for start, length, pitch in notes:
        jitter = rng.randrange(-song.division // 40, song.division // 40 + 1) if kind == "melody" and start else 0
        on, off = round(start * step) + jitter, round((start + length) * step) - 1
        out.append((on, 3, bytes([0x90 | channel, pitch, rng.randrange(50, 120)])))
        out.append((off, 2, bytes([0x80 | channel, pitch, rng.randrange(128)]) if rng.random() < 0.5 else
                    bytes([0x90 | channel, pitch, 0])))
        if lyrics:
            out.append((on, 2, meta(5, rng.choice((b"la ", b"lo", b"ve-", "ö".encode(), b"\x83\x81")))))
        if rng.random() < 0.05:
            out.append((on, 1, rng.choice((bytes([0xE0 | channel, rng.randrange(128), rng.randrange(128)]),
                                           bytes([0xD0 | channel, rng.randrange(128)]), bytes([0xA0 | channel, pitch, 64]),
                                           bytes([0xB0 | channel, 64, rng.choice((0, 127))]),
                                           b"\xf0" + quantity(5) + b"\x7e\x09\x01\x02\xf7", b"\xf0\x02\x43\x12", b"\xf7\x02\x13\xf7",
                                           meta(1, b"x" * rng.randrange(300)), meta(6, b"Verse"), meta(0x20, bytes([channel])),
                                           meta(0x7F, b"\x00\x00\x41" + bytes(rng.randrange(200)))))))
    return out


def track_bytes(events, end):
    out, at, status = b"", 0, None
    for tick, _, data in sorted(events, key=lambda event: event[:2]):
        running = data[0] == status and data[0] < 0xF0
        out += quantity(tick - at) + (data[1:] if running else data)
        at, status = tick, data[0] if data[0] < 0xF0 else None
    out += quantity(max(end - at, 0)) + b"\xff\x2f\x00"
    return b"MTrk" + struct.pack(">I", len(out)) + out


def conductor(song):
    rng, bar = song.rng, song.division * song.beats
    out = [(0, 0, meta(0x58, bytes([song.beats, 2, 24, 8]))), (0, 0, meta(0x59, bytes([rng.choice((0, 2, 253)), rng.choice((0, 1))])))]
    for tick in sorted({0} | {bar * rng.randrange(song.bars) for _ in range(rng.choice((0, 0, 3, 9)))}):
        out.append((tick, 1, meta(0x51, rng.randrange(300000, 900000).to_bytes(3, "big"))))
    if rng.random() < 0.2:
        out.append((bar * (song.bars - 4), 0, meta(0x58, bytes([rng.choice((2, 5, 7)), rng.choice((2, 3)), 24, 8]))))
    return out


def write(path, rng, kind):
    song = Song(rng)
    tune = song.melody()
    parts = [("melody", tune), ("bass", song.bass())]
    for other in rng.sample(("chords", "broken", "long", "second", "riff", "drums"), rng.randrange(2, 5)):
        parts.append((other, song.second(tune) if other == "second" else getattr(song, other)()))
    rng.shuffle(parts)
    channels = rng.sample([c for c in range(16) if c != 9], len(parts))
    single = rng.random() < 0.2  # all in one track, as format 0 has it: rows come by channel
    if single:
        channels.sort()
    end = song.division * song.beats * (song.bars + rng.choice((0, 0, 3)))
    tracks, everything = [], []
    for number, ((part, notes), channel) in enumerate(zip(parts, channels)):
        events = events_of(song, part, notes, 9 if part == "drums" else channel, kind == "lyrics" and part == "melody")
        name = rng.choice(PLAIN_NAMES) if kind != "name" or single else rng.choice(MELODY_NAMES if part == "melody" else OTHER_NAMES[part])
        tracks.append(track_bytes(events + [(0, 0, meta(3, name.encode()))] * (name != ""), end))
        everything += events
    row = 1 + [part for part, _ in parts].index("melody")
    if single:
        order = sorted(range(len(parts)), key=lambda i: 9 if parts[i][0] == "drums" else channels[i])
        row = 1 + order.index([part for part, _ in parts].index("melody"))
        tracks = [track_bytes(conductor(song) + everything, end)]
    else:
        tracks.insert(0, track_bytes(conductor(song) + [(0, 0, meta(3, b"A song"))], end))
        if rng.random() < 0.3:
            tracks.insert(rng.randrange(len(tracks) + 1), b"XFIH" + struct.pack(">I", 5) + b"hello")
    count = sum(track[:4] == b"MTrk" for track in tracks)
    with open(path, "wb") as file:
        file.write(b"MThd" + struct.pack(">IHHH", 6, 0 if single else 1, count, song.division) + b"".join(tracks))
    return row


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    folder, count = arguments[0], int(arguments[1])
    rng = random.Random(int(arguments[2]) if len(arguments) > 2 else 1)
    with open("%s/truth.tsv" % folder, "w", encoding="utf-8") as truth:
        for number in range(1, count + 1):
            kind = ("lyrics", "name", "plain")[number % 3]
            name = "song-%03d.mid" % number
            truth.write("%s\t%d\t%s\n" % (name, write("%s/%s" % (folder, name), rng, kind), kind))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
