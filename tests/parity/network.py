"""The network of refrain in PyTorch, written from its description, to check the C engine against something else.

Sequences stand side by side as (B, T, ..) with a mask (B, T) of the bars that exist; the causal order keeps what is
missing at the end of a short sequence from reaching anything before it. Parameters are a dictionary from the names in the
model file to tensors. Whoever passes a `tape` (a dictionary) finds every named intermediate result in it.
"""
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F


@dataclass(frozen=True)
class Config:
    tokens: int = 67
    steps: int = 16
    slots: int = 4
    embedding: int = 32
    codec_hidden: int = 256
    channels: int = 256
    latent: int = 64
    layers: int = 3
    heads: int = 4
    hidden: int = 512
    reference: int = 64
    bars: int = 64

    @property
    def code(self):  # numbers of one slot's code
        return self.channels // self.slots

    @property
    def chunk(self):  # numbers of one slot's embedded steps
        return self.steps // self.slots * self.embedding


def shapes(c):
    """Names and shapes of all parameters, in the order of the model file."""
    out = {}

    def linear(name, to, of):
        out[name + ".weight"], out[name + ".bias"] = (to, of), (to,)

    def norm(name):
        out[name + ".weight"] = out[name + ".bias"] = (c.channels,)

    def layer(name, inter):
        norm(name + ".self.norm")
        linear(name + ".self.qkv", 3 * c.channels, c.channels)
        out[name + ".self.distance_bias"] = (c.heads, c.bars)
        linear(name + ".self.out", c.channels, c.channels)
        if inter:
            norm(name + ".inter.norm")
            linear(name + ".inter.query", c.channels, c.channels)
            linear(name + ".inter.kv", 2 * c.channels, c.channels)
            out[name + ".inter.distance_bias"] = (c.heads, c.bars)
            linear(name + ".inter.out", c.channels, c.channels)
        norm(name + ".ff.norm")
        linear(name + ".ff.0", c.hidden, c.channels)
        linear(name + ".ff.1", c.channels, c.hidden)

    out["token"], out["token_bias"] = (c.tokens, c.embedding), (c.tokens,)
    linear("local_encoder.0", c.codec_hidden, c.chunk)
    linear("local_encoder.1", c.code, c.codec_hidden)
    linear("local_decoder.0", c.codec_hidden, c.code)
    linear("local_decoder.1", c.chunk, c.codec_hidden)
    out["copy_distance"] = (c.bars + 1, c.code)
    out["encoder.start"] = (c.channels,)
    norm("encoder.norm")
    linear("mu", c.latent, c.channels)
    linear("logvar", c.latent, c.channels)
    linear("z_in", c.channels, c.latent)
    out["decoder.start"] = (c.channels,)
    norm("decoder.norm")
    linear("reference.query", c.slots * c.reference, c.channels)
    out["reference.distance"] = (c.bars, c.reference)
    linear("reference.gate", c.slots, c.channels)
    for i in range(c.layers):
        layer(f"encoder.{i}", inter=False)
    for i in range(c.layers):
        layer(f"decoder.{i}", inter=True)
    return out


class Network:
    def __init__(self, config, parameters):
        self.c, self.p = config, parameters

    def linear(self, name, x):
        return F.linear(x, self.p[name + ".weight"], self.p[name + ".bias"])

    def norm(self, name, x):
        return F.layer_norm(x, (self.c.channels,), self.p[name + ".weight"], self.p[name + ".bias"])

    # ---- one bar <-> its code

    def read(self, tokens, tape=None):
        """tokens (.., S) -> codes (.., C): each slot by itself, slot codes side by side"""
        embedded = self.p["token"][tokens].flatten(-2)
        hidden = F.relu(self.linear("local_encoder.0", embedded.unflatten(-1, (self.c.slots, self.c.chunk))))
        code = self.linear("local_encoder.1", hidden).flatten(-2)
        keep(tape, embedded=embedded, read_hidden=hidden.flatten(-2), code=code)
        return code

    def write(self, code, tape=None):
        """codes (.., C) -> logits (.., S, V), through the embedding that also reads"""
        hidden = F.relu(self.linear("local_decoder.0", code.unflatten(-1, (self.c.slots, self.c.code))))
        decoded = self.linear("local_decoder.1", hidden).flatten(-2)
        steps = decoded.unflatten(-1, (self.c.steps, self.c.embedding))
        logits = steps @ self.p["token"].t() + self.p["token_bias"]
        keep(tape, write_hidden=hidden.flatten(-2), decoded=decoded, logits=logits)
        return logits

    # ---- bars of a sequence among each other

    def attend(self, name, query, key, value, tape):
        """causal attention of (B, T, C) with a learned bias per head and distance"""
        B, T, _ = query.shape
        split = lambda x: x.view(B, T, self.c.heads, -1).transpose(1, 2)
        query, key, value = split(query), split(key), split(value)
        at = torch.arange(T)
        back = at[:, None] - at[None]
        score = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        score = score + self.p[name + ".distance_bias"][:, back.clamp(min=0)]
        weight = score.masked_fill(back < 0, -math.inf).softmax(-1)
        mixed = (weight @ value).transpose(1, 2).flatten(-2)
        kind = name.split(".")[-1]
        keep(tape, **{kind + "_attention": weight.transpose(1, 2), kind + "_mixed": mixed})
        return self.linear(name + ".out", mixed)

    def layer(self, name, x, z=None, tape=None):
        own = None if tape is None else {}
        normed = self.norm(name + ".self.norm", x)
        qkv = self.linear(name + ".self.qkv", normed)
        keep(own, self_norm=normed, self_qkv=qkv)
        x = x + self.attend(name + ".self", *qkv.chunk(3, -1), own)
        keep(own, self_sum=x)
        if z is not None:
            normed = self.norm(name + ".inter.norm", x)
            query, kv = self.linear(name + ".inter.query", normed), self.linear(name + ".inter.kv", z)
            keep(own, inter_norm=normed, inter_query=query, inter_kv=kv)
            x = x + self.attend(name + ".inter", query, *kv.chunk(2, -1), own)
            keep(own, inter_sum=x)
        normed = self.norm(name + ".ff.norm", x)
        hidden = F.relu(self.linear(name + ".ff.0", normed))
        x = x + self.linear(name + ".ff.1", hidden)
        keep(own, ff_norm=normed, ff_hidden=hidden, out=x)
        keep(tape, **{f"{name}.{key}": value for key, value in (own or {}).items()})
        return x

    def encode(self, code, copy_distance, tape=None):
        """codes (B, T, C), bars back to each slot's source (B, T, slots) -> mu, logvar (B, T, D)"""
        x = code + self.p["copy_distance"][copy_distance].flatten(-2)
        x = torch.cat([x[:, :1] + self.p["encoder.start"], x[:, 1:]], 1)
        keep(tape, encoder_in=x)
        for i in range(self.c.layers):
            x = self.layer(f"encoder.{i}", x, tape=tape)
        x = self.norm("encoder.norm", x)
        mu, logvar = self.linear("mu", x), self.linear("logvar", x).clamp(-10, 4)
        keep(tape, encoder_out=x, mu=mu, logvar=logvar)
        return mu, logvar

    def decode(self, z, code, tape=None):
        """z (B, T, D), codes (B, T, C) of which bar t sees those before t -> logits, pointer (B, T, slots, T), gate"""
        B, T, _ = z.shape
        z_in = self.linear("z_in", z)
        past = torch.cat([self.p["decoder.start"].expand(B, 1, -1), code[:, :-1]], 1)
        x = past + z_in
        keep(tape, z=z, z_in=z_in, decoder_in=x)
        for i in range(self.c.layers):
            x = self.layer(f"decoder.{i}", x, z_in, tape)
        x = self.norm("decoder.norm", x)
        pointer, gate = self.refer(x, tape)
        slots = code.unflatten(-1, (self.c.slots, self.c.code))
        copied = torch.einsum("btsk,bksd->btsd", pointer, slots)
        fresh = x.unflatten(-1, (self.c.slots, self.c.code))
        blend = ((1 - gate)[..., None] * fresh + gate[..., None] * copied).flatten(-2)
        keep(tape, decoder_out=x, copied=copied.flatten(-2), blend=blend)
        return self.write(blend, tape), pointer, gate

    def refer(self, x, tape):
        """which earlier bar each slot takes, by distance alone, and how much of it"""
        T = x.shape[1]
        query = self.linear("reference.query", x).unflatten(-1, (self.c.slots, self.c.reference))
        score = query @ self.p["reference.distance"][:T].t()  # (B, T, slots, distance - 1)
        at = torch.arange(T)
        back = at[:, None] - at[None]
        by_bar = score.gather(-1, (back - 1).clamp(min=0)[None, :, None].expand_as(score))
        earlier = (back > 0)[None, :, None].expand_as(score)
        by_bar = (by_bar / math.sqrt(self.c.reference)).masked_fill(~earlier, -1e30)
        pointer = by_bar.softmax(-1) * earlier  # the first bar points nowhere
        gate = torch.sigmoid(self.linear("reference.gate", x)) * (at > 0)[None, :, None]
        keep(tape, pointer_query=query.flatten(-2), pointer=pointer, gate=gate)
        return pointer, gate

    @torch.no_grad()
    def generate(self, z):
        """bar after bar, most likely tokens, own output fed back"""
        B, T, _ = z.shape
        code = torch.zeros(B, T, self.c.channels)
        tokens = torch.zeros(B, T, self.c.steps, dtype=torch.long)
        for t in range(T):
            logits, _, _ = self.decode(z[:, : t + 1], code[:, : t + 1])
            tokens[:, t] = logits[:, t].argmax(-1)
            code[:, t] = self.read(tokens[:, t])
        return tokens


def keep(tape, **named):
    if tape is not None:
        tape.update(named)


# ---- what is minimised


def surprise(logits, tokens):
    """cross-entropy of each bar, summed over its steps"""
    return F.cross_entropy(logits.flatten(0, -2), tokens.flatten(), reduction="none").view(tokens.shape).sum(-1)


def divergence(mu, logvar):
    """KL of each bar's posterior from the prior, in nats"""
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)


def symmetric_divergence(mu1, logvar1, mu2, logvar2):
    v1, v2 = logvar1.exp(), logvar2.exp()
    squares = (mu1 - mu2) ** 2
    return 0.25 * ((v1 + squares) / v2 + (v2 + squares) / v1 - 2).sum(-1)


@dataclass(frozen=True)
class Weights:
    beta: float = 0.25  # of the KL, after its ramp
    codec: float = 0.5
    substitution: float = 1.0
    reference: float = 0.5
    invariance: float = 0.05
    repeat_price: float = 3.0  # times beta, for the KL of bars that repeat


def reference_loss(pointer, gate, copies, mask):
    """how badly pointer and gate say what was copied last: copies (B, T, slots, T) of 0 and 1, mask (B, T)"""
    has = copies.sum(-1) > 0
    here = (mask[..., None] > 0).expand_as(has)
    from_here = copies.flip(-1).cumsum(-1).flip(-1)  # 1 at the last copy, and behind the one before it
    found = (pointer * copies * (from_here == 1)).sum(-1).clamp(min=1e-6).log()
    wrong = F.binary_cross_entropy(gate.clamp(1e-5, 1 - 1e-5), has.float(), reduction="none")
    wrong = torch.cat([torch.zeros_like(wrong[:, :1]), wrong[:, 1:]], 1)  # the first bar has no gate
    return wrong[here].sum() - found[has & here].sum()


@dataclass
class Side:
    """what is fed of one version of the melodies: the window itself, or the window with a bar replaced"""
    tokens: torch.Tensor  # (B, T, S) long
    copy_distance: torch.Tensor  # (B, T, slots) long
    copies: torch.Tensor  # (B, T, slots, T) float
    noise: torch.Tensor  # (B, T, D)


def posterior(net, side, tape=None):
    code = net.read(side.tokens, tape)
    mu, logvar = net.encode(code, side.copy_distance, tape)
    return code, mu, logvar, mu + side.noise * (0.5 * logvar).exp()


def loss(net, x, y, mask, replaced, weights, tapes=(None, None, None)):
    """The training objective on windows x and on y, x with bar `replaced` (B) of each window exchanged -> parts by name.

    The tapes are of x, of y, and of the codec alone on x.
    """
    rows = mask.sum()
    mean = lambda per_bar: (per_bar * mask).sum() / rows
    here = F.one_hot(replaced, mask.shape[1]).bool()
    part = {}

    code, mu, logvar, z = posterior(net, x, tapes[0])
    logits, pointer, gate = net.decode(z, code, tapes[0])
    part["reconstruction"] = mean(surprise(logits, x.tokens))
    cost = divergence(mu, logvar)
    copied = (x.copies.sum(-1) > 0).float().mean(-1)  # share of each bar's slots
    part["kl"], part["repeat_kl"] = mean(cost), mean(cost * copied**2)
    part["codec"] = mean(surprise(net.write(code, tapes[2]), x.tokens))
    of_x = reference_loss(pointer, gate, x.copies, mask)

    code, mu2, logvar2, z2 = posterior(net, y, tapes[1])
    logits, pointer, gate = net.decode(torch.where(here[..., None], z2, z), code, tapes[1])
    part["substitution"] = mean(surprise(logits, y.tokens))
    part["substituted_kl"] = mean(divergence(mu2, logvar2) * here)
    part["reference"] = (of_x + reference_loss(pointer, gate, y.copies, mask)) / rows
    part["invariance"] = mean(symmetric_divergence(mu, logvar, mu2, logvar2) * ~here)

    part["total"] = (
        part["reconstruction"]
        + weights.beta * (part["kl"] + weights.repeat_price * part["repeat_kl"] + part["substituted_kl"])
        + weights.codec * part["codec"]
        + weights.substitution * part["substitution"]
        + weights.reference * part["reference"]
        + weights.invariance * part["invariance"]
    )
    return part
