"""Lesson 6: scores, seeds and intervals. It uses strokes only."""

from stated.rows import DEFINED, PLOTTED, Aside, claim, near

# Cells that no row needs.
SKIP = ("l6-07", "l6-16")

PREPARE = """
from bvae_ref.model import held_out_elbo
two_elbos = {b: held_out_elbo(m, data.load("strokes", split="test[:2000]", quiet=True).images)
             for b, m in models.items()}
def score(own):
    return float(mig(mutual_information(own, labels, 20), entropies))
made = {name: score(own) for name, own in made_codes().items()}
learned = {beta: score(own) for beta, own in codes.items()}
"""

_STUDY = "(lambda rows: {})(read_table())"

CLAIMS = [
    claim(
        "l6-06",
        "about 120–135 nats of reconstruction and 11–15 nats of KL with β = 1, and 155–170 and "
        "4–5.5 nats with β = 4",
        "[two_elbos[b][t] for b in (1.0, 4.0) for t in ('recon', 'kl')]",
        strokes=((120, 135), (11, 15), (155, 170), (4, 5.5)),
    ),
    claim("l6-08", "log 2 = 0.693", "np.log(2)", both=near(0.693), quick=True),
    claim("l6-15", "about 0.02 nats", "19 * 9 / (2 * 4000)", both=near(0.02, 0.003), quick=True),
    claim("l6-16", "log 10 = 2.30", "np.log(10)", both=near(2.3, 0.005), quick=True),
    claim(
        "l6-24",
        "**Copies** score nearly 1",
        "[made['copies'], made['rotated'], made['two copies'], made['strangers']]",
        strokes=((0.9, 1), (0, 0.1), (0.2, 0.25), (0, 0.01)),
    ),
    claim("l6-24", "score 2/8", "made['two copies']", strokes=(0.2, 0.25)),
    claim("l6-24", "Neither is near 1", "list(learned.values())", strokes=((0, 0.3), (0, 0.3))),
    claim(
        "l6-28",
        "it would be 1.96",
        "t_quantile(0.95, 10**6)",
        both=near(1.96),
        quick=True,
    ),
    claim(
        "l6-28",
        "between 4 and 8 degrees here, and $t$ between 2.31 and 2.78".replace("$t$", "   "),
        "[t_quantile(0.95, 8), t_quantile(0.95, 4)]",
        both=(near(2.31), near(2.78)),
        quick=True,
    ),
    claim("l6-38", "instead of 2.776", "t_quantile(0.95, 4)", both=near(2.776), quick=True),
    claim(
        "l6-33b",
        "would be missed more often than not",
        "found_by(study_power, 0.5 * average, 5)",
        strokes=(0, 0.5),
    ),
    claim(
        "l6-48a",
        "a standard deviation of about 0.015 over seeds, and the means of β = 1 and β = 4\n"
        "differ by about 0.01",
        _STUDY.format(
            "[np.sqrt(np.mean([v.var(ddof=1) for v in scores(rows, 'mig').values()])), "
            "abs(scores(rows, 'mig')[4.0].mean() - scores(rows, 'mig')[1.0].mean())]"
        ),
        both=(near(0.015, 0.002), near(0.01, 0.003)),
        quick=True,
    ),
    claim(
        "l6-48a",
        "this falls\nbelow 0.01 from about",
        "t_quantile(0.95, 38) * 0.015 * (2 / 20) ** 0.5",
        both=(0.009, 0.01),
        quick=True,
    ),
    claim(
        "l6-48a",
        "about 50 seeds",
        "2 * (0.015 * (1.98 + 1.2816) / 0.01) ** 2",
        both=near(50, 4),
        quick=True,
    ),
    claim(
        "l6-42b",
        "at β = 2 and β = 4 its MIG\nis higher",
        "[gained[b][0] for b in gained]",
        strokes=((0, 0.2), (0, 0.2), (-0.2, 0), (-0.2, 0)),
    ),
    claim(
        "l6-42b",
        "the best mean stays below 0.1",
        "max(own.mean() for own in other['mig'].values())",
        strokes=(0.05, 0.1),
    ),
]

ASIDES = [
    Aside("l6-07", "from −2 to 2", PLOTTED),
    Aside("l6-22", "by 45°", DEFINED),
    Aside("l6-26", "close to 0% or 100%", DEFINED),
    Aside("l6-28", "from −0.02 to 0.05", DEFINED),
    Aside("l6-38", "the 5% among", DEFINED),
    Aside("l6-42b", "at 8 and 16", DEFINED),
    Aside("l6-48", "A 4 from", DEFINED),
]
