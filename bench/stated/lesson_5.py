"""Lesson 5: paths between codes, and where codes live."""

from stated.rows import DEFINED, PLOTTED, TIME, Aside, claim, near

PREPARE = """
ten, two = (held_out_elbo(m, held_out.images) for m in (model, map_model))
two_at_one = held_out_elbo(train_vae(latent_dim=2, beta=1.0, epochs=8), held_out.images)
eps = np.random.default_rng(3).standard_normal((300, 10)).astype("float32")
rows, z = np.random.default_rng(3), [eps]
def of(near, noise):
    return draws_from(*fitted_normal(*(part[near] for part in clouds)), noise)
z.append(of(slice(None), eps))
z.append(np.concatenate([of(labels == c, eps[c::10]) for c in range(10)]))
starts = rows.choice(len(images), 300, replace=False)
around = [np.argsort(np.linalg.norm(clouds[0] - clouds[0][i], axis=1))[:40] for i in starts]
z.append(np.concatenate([of(near, eps[i : i + 1]) for i, near in enumerate(around)]))
of_prior, *others = (float(np.median(log_ratio(one))) for one in z)
gains = [other - of_prior for other in others]
center, covariance = fitted_normal(*clouds)
"""

CLAIMS = [
    claim(
        "l5-06",
        "about 90–100 nats of reconstruction and 16–18 nats of KL for ten latents on strokes "
        "(205–215 and 17–18\non KMNIST)",
        "[ten['recon'], ten['kl']]",
        strokes=((90, 100), (16, 18)),
        kmnist=((205, 215), (17, 18)),
    ),
    claim(
        "l5-06",
        "about 165–175 and 3–3.5 for two (275–290 and 3–3.5)",
        "[two['recon'], two['kl']]",
        strokes=((165, 175), (3, 3.5)),
        kmnist=((275, 290), (3, 3.5)),
    ),
    claim(
        "l5-06",
        "some 70 nats\nmore per picture",
        "two['recon'] - ten['recon']",
        both=near(70, 6),
    ),
    claim(
        "l5-06",
        "about 155 on strokes and 276 on KMNIST",
        "two_at_one['recon']",
        strokes=near(155, 3),
        kmnist=near(276, 3),
    ),
    claim("l5-08", "give or take 0.7 whatever", "float(length.std())", both=near(0.7, 0.05)),
    claim("l5-08", "of radius 10", "float(length.mean())", both=near(10, 0.1)),
    claim(
        "l5-10",
        "√50 = 7.07",
        "[50**0.5, float(middle.mean())]",
        both=(near(7.07), near(7.07, 0.05)),
    ),
    claim(
        "l5-48",
        "On strokes, held-out characters and their reconstructions lie about 3 from the training "
        "set, half-way morphs\nabout 4.2 and cross-fades about 5",
        "list(medians.values())",
        strokes=(near(3, 0.2), near(3, 0.2), near(4.2, 0.2), near(5, 0.3)),
    ),
    claim(
        "l5-48",
        "held-out characters lie about 7.3 from it and half-way morphs only\nabout 5.8, just like",
        "[list(medians.values())[i] for i in (0, 2, 1)]",
        kmnist=(near(7.3, 0.2), near(5.8, 0.3), near(5.8, 0.3)),
    ),
    claim(
        "l5-56",
        "On strokes the cosines lie between 0.8 and 1, far above chance",
        "[cosines.min(), cosines.max(), np.quantile(by_chance, 0.95)]",
        strokes=((0.8, 1), (0.8, 1), (0.3, 0.6)),
    ),
    claim(
        "l5-56",
        "On KMNIST they\nlie between 0.7 and 1",
        "[cosines.min(), cosines.max()]",
        kmnist=((0.7, 1), (0.7, 1)),
    ),
    claim("l5-58", "−7 about a thousand times", "np.exp(7)", both=(900, 1200), quick=True),
    claim(
        "l5-58",
        "On the way it sinks far below, and\nso do half-way codes in general",
        "[low - density['draws for held-out images'] for low in (along.min(), "
        "density['half-way between two images'], density['draws from the prior'])]",
        both=((-40, -5), (-40, -5), (-60, -5)),
    ),
    claim(
        "l5-58",
        "are codes of training images and lie high",
        "[along[0], along[-1]]",
        both=((3, 30), (3, 30)),
    ),
    claim(
        "l5-59",
        "typically 4.2 away from the nearest training image, whereas reconstructions of\nheld-out "
        "characters are typically 2.9",
        "[medians['half-way, codes'], medians['their reconstructions']]",
        strokes=(near(4.2, 0.15), near(2.9, 0.15)),
    ),
    claim(
        "l5-59",
        "falls from 11 at one end to −22 in the middle and rises to 10 at the other end, while "
        "draws for held-out\nimages have a median of −3.0",
        "[along[0], along[3:7].min(), along[-1], density['draws for held-out images']]",
        strokes=(near(11, 1.5), near(-22, 2), near(10, 1.5), near(-3.0, 0.8)),
    ),
    claim(
        "l5-59",
        "half-way codes have a median of −23",
        "density['half-way between two images']",
        strokes=near(-23, 1.5),
    ),
    claim(
        "l5-59h",
        "One normal is no better than the prior",
        "gains[0]",
        both=(-8, 3),
    ),
    claim(
        "l5-59h",
        "nearly the mean 0 and the covariance I",
        "[float(np.abs(center).max()), *np.sqrt(np.linalg.eigvalsh(covariance)[[0, -1]])]",
        both=((0, 0.25), (0.8, 1.05), (1, 1.3)),
    ),
    claim(
        "l5-59h",
        "One\nnormal for each class fills them on strokes",
        "gains[1]",
        strokes=(10, 30),
    ),
    claim(
        "l5-59h",
        "on KMNIST, where a class has several forms, it gains next to nothing",
        "gains[1]",
        kmnist=(-4, 4),
    ),
    claim(
        "l5-59h",
        "Neighbourhoods are about as good as draws for held-out images",
        "gains[2] - (density['draws for held-out images'] - of_prior)",
        both=(-5, 5),
    ),
]

ASIDES = [
    Aside("l5-00", "about 15;", TIME),
    Aside("l5-10", "E|(a + b)/2|² = (d + d)/4 = d/2", DEFINED),
    Aside("l5-10", "of 100,000", DEFINED),
    Aside("l5-13", "1.0000001", DEFINED),
    Aside("l5-13", "1 mm and 100 mm", DEFINED),
    Aside("l5-45", "of 8,000 training", DEFINED),
    Aside("l5-46", "a distance of 4", DEFINED),
    Aside("l5-47", "from 5% to 95%", PLOTTED),
    Aside("l5-59", "8,000 images", DEFINED),
    Aside("l5-59g", "its 40 nearest codes", DEFINED),
]
