"""What a lesson shows and needs in the browser: a square of people, what a room guessed, full screen, a picture."""

from __future__ import annotations

from pathlib import Path

import anywidget
import ipyvuetify
import traitlets

__all__ = ["CrowdCanvas", "GuessRow", "RoomBar", "StripsCanvas", "TakePicture", "TextLine"]

_HERE = Path(__file__).parent


class CrowdCanvas(anywidget.AnyWidget):
    """A square of people: ``wants`` and ``acts_in`` are int16 bytes, the round in which each acts or −1.

    Rounds pass over ``reveal`` milliseconds, for ``rounds`` of them, so that two squares keep time. With ``chooses`` a
    person is chosen by tap or arrow keys; with ``waits`` nothing has begun.
    """

    _esm = (_HERE / "crowd.js").read_text(encoding="utf-8")

    wants = traitlets.Bytes(b"").tag(sync=True)
    acts_in = traitlets.Bytes(b"").tag(sync=True)
    rounds = traitlets.Int(100).tag(sync=True)
    reveal = traitlets.Int(0).tag(sync=True)
    replay = traitlets.Int(0).tag(sync=True)
    waits = traitlets.Bool(False).tag(sync=True)
    chooses = traitlets.Bool(False).tag(sync=True)
    chosen = traitlets.Int(-1).tag(sync=True)
    changed = traitlets.Int(-1).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    most_share = traitlets.Float(0.0).tag(sync=True)


class StripsCanvas(anywidget.AnyWidget):
    """Guesses beside the outcome, a strip for every side.

    A strip holds ``name, colour, night, dash, guesses, median, guessed, was, mean, low, high``. ``guesses`` are per
    cent, the rest are shares; ``median`` is None where nobody guessed. The outcome shows after ``reveal`` milliseconds.
    """

    _esm = (_HERE / "strips.js").read_text(encoding="utf-8")

    strips = traitlets.List([]).tag(sync=True)
    reveal = traitlets.Int(0).tag(sync=True)
    replay = traitlets.Int(0).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    most_share = traitlets.Float(0.0).tag(sync=True)


class RoomBar(anywidget.AnyWidget):
    """Full screen of the lesson it stands in, and its steps by arrow keys; ``held``: not beyond this step yet."""

    _esm = (_HERE / "room.js").read_text(encoding="utf-8")

    kind = traitlets.Unicode("bar").tag(sync=True)
    at = traitlets.Int(0).tag(sync=True)
    last = traitlets.Int(0).tag(sync=True)
    held = traitlets.Bool(False).tag(sync=True)


class TakePicture(anywidget.AnyWidget):
    """A button that saves the pictures of the lesson it stands in, under a title and some lines, as one PNG."""

    _esm = (_HERE / "room.js").read_text(encoding="utf-8")

    kind = traitlets.Unicode("picture").tag(sync=True)
    name = traitlets.Unicode("lesson").tag(sync=True)
    title = traitlets.Unicode("").tag(sync=True)
    lines = traitlets.List([]).tag(sync=True)


class GuessRow(ipyvuetify.VuetifyTemplate):
    """A number from ``low`` to ``high``, by slider or typed: the browser's own controls, which have a name each.

    A value below ``low`` is none yet: nothing stands there that could be taken for a hint. Enter says that it is done,
    and goes to the first number that is missing, else to the first, so that a room's guesses are typed one after
    another.
    """

    template = traitlets.Unicode(
        """<template><div class="guess" :style="{'--day': day, '--night': night}">
        <span class="guess-name"><svg v-if="day" width="34" height="10" aria-hidden="true"><line x1="1" x2="33" y1="5"
        y2="5" :stroke-dasharray="dash" /></svg>{{ label }}</span>
        <input v-if="slides" type="range" :min="low" :max="high" step="1"
          :value="Math.max(low, value)" :class="{'not-yet': value < low}" :aria-label="says"
          :aria-valuetext="value < low ? 'not yet' : value + unit"
          @input="value = Number($event.target.value)" @pointerup="value = Number($event.target.value)">
        <span class="guess-number"><input ref="typed" type="number" inputmode="numeric" :min="low" :max="high" step="1"
          :value="value < low ? '' : value" placeholder="–" :aria-label="says + ', typed'"
          @focus="$event.target.select()" @change="given($event.target)"
          @keydown.enter="given($event.target); done = done + 1; missing($event.target)">{{ unit }}</span>
        </div></template>
        <script>
        module.exports = {
          watch: { value() {
            const typed = this.$refs.typed;  // what is typed next is to take the place of a new value, not to follow it
            this.$nextTick(() => { if (document.activeElement === typed) typed.select(); });
          } },
          methods: {
            given(typed) {
              if (typed.value !== '' && isFinite(typed.value))
                this.value = Math.min(this.high, Math.max(this.low, Math.round(Number(typed.value))));
              typed.value = this.value < this.low ? '' : this.value;
            },
            missing(typed) {
              const all = [...typed.closest('.lesson').querySelectorAll('.guess input[type=number]')];
              const next = all.find(one => one.value === '') || all[0];
              next.focus();
              next.select();
            },
          },
        }
        </script>"""
    ).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    says = traitlets.Unicode("").tag(sync=True)
    unit = traitlets.Unicode("%").tag(sync=True)
    day = traitlets.Unicode("").tag(sync=True)
    night = traitlets.Unicode("").tag(sync=True)
    dash = traitlets.Unicode("").tag(sync=True)
    low = traitlets.Int(0).tag(sync=True)
    high = traitlets.Int(100).tag(sync=True)
    slides = traitlets.Bool(True).tag(sync=True)
    value = traitlets.Int(50).tag(sync=True)
    done = traitlets.Int(0).tag(sync=True)


class TextLine(ipyvuetify.VuetifyTemplate):
    """A line of text; Enter says that it is done, and goes to the first number that is missing, else to the first."""

    template = traitlets.Unicode(
        """<template><label class="text-line"><span>{{ label }}</span><input type="text" :maxlength="most"
        autocomplete="off" :value="value" @input="value = $event.target.value" @keydown.enter="done = done + 1;
        missing($event.target)"></label></template>
        <script>
        module.exports = { methods: { missing(line) {
          const all = [...line.closest('.lesson').querySelectorAll('.guess input[type=number]')];
          (all.find(one => one.value === '') || all[0]).focus();
        } } }
        </script>"""
    ).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    most = traitlets.Int(24).tag(sync=True)
    value = traitlets.Unicode("").tag(sync=True)
    done = traitlets.Int(0).tag(sync=True)
