"""What a page shows of a model: its name, its answers, and its networks if they are understood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from bvae_ref.explorer.layers import NotUnderstood
from bvae_ref.explorer.networks import describe
from bvae_ref.explorer.packing import Pack

Encode = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
Decode = Callable[[np.ndarray], np.ndarray]

# How far a model's own answers may lie from those of its networks.
_AGREE = 1e-3
_BATCH = 256
# Codes from which a decoder is seen to give pixels or logits.
_PROBES = 16


@dataclass(frozen=True)
class Subject:
    """A model as the explorer uses it.

    Attributes:
        name: what the page calls it.
        beta: the β it was trained with, if it is known.
        encode: images `(n, 28, 28, 1)` → (mean, log_var), each `(n, latent)` float32.
        decode: codes `(n, latent)` → pixels in [0, 1], `(n, 28, 28, 1)` float32.
        encoder, decoder: Keras networks that give the same, or None.
        gives: what `decoder` gives, "logits" or "pixels".
    """

    name: str
    beta: float | None
    encode: Encode
    decode: Decode
    encoder: Any = None
    decoder: Any = None
    gives: str = "logits"


def subject(
    name: str,
    model: Any,
    images: np.ndarray,
    encode: Callable | None = None,
    decode: Callable | None = None,
) -> Subject:
    """Find out how a model encodes and decodes.

    Args:
        name: what to call it.
        model: a `DisentangledVAE`; or any object with `encode(images)` and `decode(codes)`, or
            with the networks `encoder` and `decoder`, or both.
        images: some images, to try it.
        encode, decode: functions (model, images) → (mean, log_var) and (model, codes) → pixels,
            for models without methods of these names.

    Raises:
        ValueError: there is neither a method nor a network, or the answers have other shapes.
    """
    encoder, decoder = (_network(model, part) for part in ("encoder", "decoder"))
    beta = getattr(model, "beta", None)
    encoding = _of_images(model, encode, encoder)
    mean, log_var = _moments(name, encoding, images[:_PROBES])
    decoding = _of_codes(model, decode)
    probes = np.random.default_rng(0).standard_normal((_PROBES, mean.shape[1])).astype("float32")
    raw = None if decoder is None else np.asarray(decoder(probes, training=False), "float32")
    if decoding is None:
        if raw is None:
            raise ValueError(_unknown(name, "decode(codes)", "decoder"))
        gives = "pixels" if raw.min() >= 0 and raw.max() <= 1 else "logits"
        decoding = _by_network(decoder, gives)
    else:
        shown = np.asarray(decoding(probes), "float32")
        gives = _how(raw, shown)
    made = np.asarray(decoding(probes))
    if made.shape != (_PROBES, *images.shape[1:]):
        raise ValueError(
            f"{name}: {_PROBES} codes were decoded to shape {made.shape}; expected "
            f"{(_PROBES, *images.shape[1:])}, pixels in [0, 1]."
        )
    live = bool(gives) and _same_codes(encoder, images[:_PROBES], mean, log_var)
    return Subject(
        name=name,
        beta=float(beta) if isinstance(beta, (int, float, np.number)) else None,
        encode=lambda rows: _moments(name, encoding, rows),
        decode=lambda codes: _in_batches(decoding, codes),
        encoder=encoder if live else None,
        decoder=decoder if live else None,
        gives=gives or "pixels",
    )


def networks_of(subject: Subject, pack: Pack) -> dict[str, Any]:
    """Both networks for the page: {"encoder", "decoder", "gives"}.

    Raises:
        NotUnderstood: they have a part that the page cannot compute, or there are none that give
            the model's own answers.
    """
    if subject.encoder is None or subject.decoder is None:
        raise NotUnderstood("its networks could not be found")
    encoder = describe(subject.encoder, pack, outputs=2)
    decoder = describe(subject.decoder, pack, outputs=1)
    return {"encoder": encoder, "decoder": decoder, "gives": subject.gives}


def _network(model: Any, part: str) -> Any:
    network = getattr(model, part, None)
    return network if isinstance(network, keras.Model) and network.built else None


def _of_images(model: Any, given: Callable | None, encoder: Any) -> Callable:
    if given is not None:
        return lambda images: given(model, images)
    if callable(getattr(model, "encode", None)):
        return model.encode
    if encoder is not None:
        return lambda images: encoder(images, training=False)[:2]
    raise ValueError(_unknown(type(model).__name__, "encode(images)", "encoder"))


def _of_codes(model: Any, given: Callable | None) -> Callable | None:
    if given is not None:
        return lambda codes: given(model, codes)
    own = getattr(model, "decode", None)
    return own if callable(own) else None


def _by_network(decoder: Any, gives: str) -> Callable:
    def decode(codes):
        answer = decoder(codes, training=False)
        return keras.ops.sigmoid(answer) if gives == "logits" else answer

    return decode


def _how(raw: np.ndarray | None, shown: np.ndarray) -> str:
    """Whether a decoder's answers are the pixels shown, their logits, or neither ("")."""
    if raw is None or raw.shape != shown.shape:
        return ""
    if np.abs(raw - shown).max() < _AGREE:
        return "pixels"
    as_pixels = 0.5 * (1 + np.tanh(0.5 * raw))
    return "logits" if np.abs(as_pixels - shown).max() < _AGREE else ""


def _same_codes(encoder: Any, images: np.ndarray, mean: np.ndarray, log_var: np.ndarray) -> bool:
    if encoder is None:
        return False
    answers = encoder(images, training=False)
    if not isinstance(answers, (list, tuple)) or len(answers) < 2:
        return False
    return all(
        np.shape(answer) == wanted.shape and np.abs(np.asarray(answer) - wanted).max() < _AGREE
        for answer, wanted in zip(answers, (mean, log_var), strict=False)
    )


def _moments(name: str, encoding: Callable, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    parts = [encoding(images[at : at + _BATCH]) for at in range(0, len(images), _BATCH)]
    try:
        mean, log_var = (
            np.concatenate([np.asarray(part[i], "float32") for part in parts]) for i in (0, 1)
        )
    except (IndexError, TypeError, ValueError):
        mean = log_var = np.zeros(0)
    if mean.ndim != 2 or mean.shape != log_var.shape or len(mean) != len(images):
        raise ValueError(
            f"{name}: encoding {len(images)} images did not give (mean, log_var), each "
            f"({len(images)}, latent)."
        )
    if not (np.isfinite(mean).all() and np.isfinite(log_var).all()):
        raise ValueError(f"{name}: some codes are NaN or infinite; train it again.")
    return mean, log_var


def _in_batches(decoding: Callable, codes: np.ndarray) -> np.ndarray:
    codes = np.asarray(codes, dtype="float32")
    starts = range(0, len(codes), _BATCH)
    parts = [np.asarray(decoding(codes[at : at + _BATCH]), "float32") for at in starts]
    return np.concatenate(parts)


def _unknown(name: str, method: str, network: str) -> str:
    return (
        f"{name} has no method {method} and no built network `{network}`; pass a DisentangledVAE, "
        "or give explore(…) the functions encode and decode."
    )
