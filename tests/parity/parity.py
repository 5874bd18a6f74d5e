"""An independent computation of refrain's network in PyTorch, to hold the C engine against.

  python3 tests/parity/parity.py fixture    write tests/parity/fixture.safetensors, which tests/test_parity.c compares
  python3 tests/parity/parity.py train N    PyTorch's training rate with N threads of its own, for "make parity"
  python3 tests/parity/parity.py substitution N  the same with the whole loss, substituted windows included
  python3 tests/parity/parity.py latency    and its time to encode and decode 16 bars

Needs python3-torch (1.13 is enough) and numpy. The tests need neither: the fixture is part of the repository.
"""
import json
import os
import statistics
import struct
import sys
import time

import torch

from network import Config, Network, Side, Weights, divergence, loss, posterior, shapes, surprise

HERE = os.path.dirname(os.path.abspath(__file__))
TINY = Config(tokens=19, embedding=4, codec_hidden=8, channels=16, latent=6, layers=2, heads=2, hidden=12, reference=4, bars=16)
LENGTHS = (7, 1, 5)  # bars of the fixture's sequences
REPLACED = (2, 0, 1)  # the bar of each that is exchanged
ADAM_STEPS = 10
RATE, BETAS, EPSILON, CLIP = 1e-2, (0.9, 0.98), 1e-8, 5.0


def save_safetensors(path, tensors, metadata):
    """https://github.com/huggingface/safetensors, float32 only"""
    header, data = {"__metadata__": metadata}, []
    at = 0
    for name, tensor in tensors.items():
        blob = tensor.detach().to(torch.float32).contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [at, at + len(blob)]}
        data.append(blob)
        at += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(data))


# ---- the fixture


def random_parameters(config, generator):
    """every parameter away from zero, so that no gradient path is asleep"""
    out = {}
    for name, shape in shapes(config).items():
        scale = 0.3 if len(shape) == 1 or name in ("token", "copy_distance") else shape[-1] ** -0.5
        value = torch.randn(shape, generator=generator) * scale
        if name.endswith("norm.weight"):
            value = 1 + 0.2 * value
        if name == "logvar.bias":
            value[1] = 9  # above the clamp, through which no gradient passes
        out[name] = value.requires_grad_()
    return out


def random_side(config, lengths, generator, like=None, replaced=None):
    """bars with many equal slots; with `like`, the same but for one replaced bar a sequence and those that copy it"""
    B, T = len(lengths), max(lengths)
    slot_steps = config.steps // config.slots
    if like is None:
        tokens = torch.randint(0, config.tokens, (B, T, config.steps), generator=generator)
        for t in range(1, T):  # some slots of most bars come from an earlier bar
            for b in range(B):
                source = int(torch.randint(0, t, (1,), generator=generator))
                for s in range(config.slots):
                    if torch.rand((), generator=generator) < 0.5:
                        steps = slice(s * slot_steps, (s + 1) * slot_steps)
                        tokens[b, t, steps] = tokens[b, source, steps]
    else:
        tokens = like.tokens.clone()
        for b, t0 in enumerate(replaced):
            tokens[b, t0] = torch.randint(0, config.tokens, (config.steps,), generator=generator)
            for t in range(t0 + 1, T):
                copied = like.copies[b, t, :, t0].bool().repeat_interleave(slot_steps)
                tokens[b, t, copied] = tokens[b, t0, copied]
    slots = tokens.view(B, T, config.slots, slot_steps)
    same = (slots[:, :, None] == slots[:, None]).all(-1)  # (B, T, T, slots)
    at = torch.arange(T)
    back = at[:, None] - at[None]
    copies = (same & (back > 0)[None, :, :, None]).permute(0, 1, 3, 2)
    nearest = torch.where(copies, back[None, :, None], torch.tensor(T + 1)).amin(-1)
    return Side(
        tokens=tokens,
        copy_distance=torch.where(nearest > T, torch.tensor(0), nearest),
        copies=copies.float(),
        noise=torch.randn(B, T, config.latent, generator=generator),
    )


def pack(tensor, mask):
    """(B, T, ..) -> (rows, ..), the bars that exist one after another"""
    return tensor[mask > 0].flatten(1) if tensor.dim() > 2 else tensor[mask > 0]


def adam(parameters, objective):
    """the losses before each of the steps; gradients are clipped by their common norm first"""
    names = list(parameters)
    mean = {n: torch.zeros_like(parameters[n]) for n in names}
    square = {n: torch.zeros_like(parameters[n]) for n in names}
    losses = []
    for step in range(1, ADAM_STEPS + 1):
        total = objective()
        losses.append(total.detach())
        gradients = dict(zip(names, torch.autograd.grad(total, [parameters[n] for n in names])))
        norm = sum(g.square().sum() for g in gradients.values()).sqrt()
        factor = min(1.0, CLIP / float(norm))
        with torch.no_grad():
            for n in names:
                g = gradients[n] * factor
                mean[n].mul_(BETAS[0]).add_(g, alpha=1 - BETAS[0])
                square[n].mul_(BETAS[1]).add_(g * g, alpha=1 - BETAS[1])
                corrected = mean[n] / (1 - BETAS[0] ** step)
                parameters[n] -= RATE * corrected / ((square[n] / (1 - BETAS[1] ** step)).sqrt() + EPSILON)
    return torch.stack(losses)


def fixture():
    generator = torch.Generator().manual_seed(20)
    config, weights = TINY, Weights()
    parameters = random_parameters(config, generator)
    net = Network(config, parameters)
    T = max(LENGTHS)
    mask = (torch.arange(T)[None] < torch.tensor(LENGTHS)[:, None]).float()
    replaced = torch.tensor(REPLACED)
    x = random_side(config, LENGTHS, generator)
    y = random_side(config, LENGTHS, generator, like=x, replaced=REPLACED)
    tapes = {}, {}, {}
    parts = loss(net, x, y, mask, replaced, weights, tapes)
    names = list(parameters)
    gradients = torch.autograd.grad(parts["total"], [parameters[n] for n in names])

    # Rows as the engine packs them: the bars of x, those of y, and where the codec runs by itself those of x again.
    stack = lambda *tensors: torch.cat([pack(tensor, mask) for tensor in tensors])
    out = {"param." + n: p.detach().clone() for n, p in parameters.items()}
    out["first"] = torch.tensor([0, *torch.tensor(LENGTHS + LENGTHS).cumsum(0)])
    out["swapped"] = pack((torch.arange(T)[None] == replaced[:, None]).float(), mask)
    for field in ("tokens", "copy_distance", "noise"):
        out[field] = stack(getattr(x, field), getattr(y, field))
    for name in tapes[0]:
        out["act." + name] = stack(*(tape[name] for tape in tapes if name in tape))
    out.update({"loss." + name: value.detach().reshape(1) for name, value in parts.items()})
    out.update({"grad." + name: value for name, value in zip(names, gradients)})
    out["adam.losses"] = adam(parameters, lambda: loss(net, x, y, mask, replaced, weights)["total"])

    metadata = {field: str(getattr(config, field)) for field in config.__dataclass_fields__}
    metadata.update({"sequence_bars": str(T), "adam_rate": str(RATE), "adam_clip": str(CLIP), "torch": torch.__version__})
    metadata.update({"weight_" + field: str(getattr(weights, field)) for field in weights.__dataclass_fields__})
    path = os.path.join(HERE, "fixture.safetensors")
    save_safetensors(path, out, metadata)
    print(f"{path}: {len(out)} tensors, {os.path.getsize(path)} bytes, loss {float(parts['total']):.4f}")


# ---- the bench; how many threads OpenBLAS adds is set outside, by OPENBLAS_NUM_THREADS


def train(threads, windows=32, bars=16, steps=15, substitution=False):
    """bars a second through forward, backward and Adam (median of the steps), with the losses of a plain window or all of them"""
    torch.set_num_threads(threads)
    # one thread by the processor's time, which others on the machine hardly change, as bench_train does
    clock = time.process_time if threads == 1 and os.environ.get("OMP_NUM_THREADS") == "1" else time.perf_counter
    config = Config()
    generator = torch.Generator().manual_seed(1)
    parameters = random_parameters(config, generator)
    net = Network(config, parameters)
    optimizer = torch.optim.Adam(parameters.values(), 1e-4, betas=BETAS)
    mask = torch.ones(windows, bars)
    x = random_side(config, (bars,) * windows, generator)
    replaced = tuple(torch.randint(0, bars, (windows,), generator=generator).tolist())
    y = random_side(config, (bars,) * windows, generator, like=x, replaced=replaced) if substitution else None
    seconds = []
    for _ in range(steps):
        begin = clock()
        if substitution:
            total = loss(net, x, y, mask, torch.tensor(replaced), Weights())["total"]
        else:
            code, mu, logvar, z = posterior(net, x)
            logits, _, _ = net.decode(z, code)
            total = (surprise(logits, x.tokens) + 0.25 * divergence(mu, logvar) + 0.5 * surprise(net.write(code), x.tokens)).mean()
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(parameters.values(), CLIP)
        optimizer.step()
        seconds.append(clock() - begin)
    print(f"{(1 + substitution) * mask.numel() / statistics.median(seconds):.1f}")


def substitution(threads):
    train(threads, substitution=True)


@torch.no_grad()
def latency(bars=16, runs=9):
    torch.set_num_threads(1)
    config = Config()
    generator = torch.Generator().manual_seed(1)
    net = Network(config, random_parameters(config, generator))
    x = random_side(config, (bars,), generator)
    seconds = []
    for _ in range(runs):
        begin = time.perf_counter()
        net.generate(net.encode(net.read(x.tokens), x.copy_distance)[0])
        seconds.append(time.perf_counter() - begin)
    print(f"{1e3 * statistics.median(seconds):.1f}")


if __name__ == "__main__":
    verb, *numbers = sys.argv[1:] or [""]
    verbs = {"fixture": (fixture, 0), "train": (train, 1), "substitution": (substitution, 1), "latency": (latency, 0)}
    if verb not in verbs or len(numbers) != verbs[verb][1] or not all(n.isdigit() for n in numbers):
        sys.exit(__doc__)
    verbs[verb][0](*map(int, numbers))
