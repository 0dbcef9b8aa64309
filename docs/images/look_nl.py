"""Makes `look-nl.png`: what `topofheart kijk` shows of a file of invented answers.

python docs/images/look_nl.py       needs Chromium; Pillow, where installed, makes the file small
"""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

TARGET = Path(__file__).with_name("look-nl.png")
WIDTH, HEIGHT = 1100, 1080
SHOPS = {"Amersfoort": 0.9, "Den Bosch": 0.3, "Groningen": 0.5, "Zwolle": -1.1}
GLAD = (
    "Vriendelijk geholpen en de fiets was eerder klaar dan beloofd.",
    "Ze belden mij voordat ik hoefde te bellen. Zo hoort het.",
    "Eerlijk advies: ik hoefde geen nieuwe accu te kopen.",
    "De monteur legde rustig uit wat er aan de hand was.",
)
SAD = (
    "Al drie weken geen fiets en niemand die mij iets laat weten. Wanneer kan ik hem ophalen?",
    "Ik ben bang dat mijn fiets niet klaar is voor de vakantie. Kan iemand mij terugbellen?",
    "Voor de tweede keer teruggeweest voor dezelfde rem. Wie kijkt er nu echt naar?",
    "De rekening was hoger dan afgesproken. Waarom hoor ik dat pas aan de balie?",
)


def answers() -> list[list[str]]:
    """Half a year of answers in which one shop keeps its customers waiting."""
    chance = random.Random(14)
    rows = []
    for number in range(1, 1041):
        shop = chance.choice(list(SHOPS))
        day = date(2026, 1, 5) + timedelta(chance.randrange(175))
        better = (day - date(2026, 1, 5)).days / 175
        score = min(10, max(0, round(chance.gauss(7.7 + SHOPS[shop] + better, 2.0))))
        words = chance.choice(SAD if score <= 6 else GLAD) if chance.random() < 0.55 else ""
        rows.append(
            [str(50_000 + number), f"{day:%d-%m-%Y}", shop, str(score), words, "relationship"]
        )
    return rows


def main() -> None:
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        source, page = Path(folder) / "klanten.csv", Path(folder) / "klantbeeld.html"
        with source.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(
                [
                    "Klantnummer",
                    "Datum",
                    "Vestiging",
                    "Aanbevelen (0-10)",
                    "Toelichting",
                    "Soort meting",
                ]
            )
            writer.writerows(answers())
        program = str(Path(sys.executable).with_name("topofheart"))
        subprocess.run([program, "kijk", str(source), "--out", str(page)], check=True)
        with sync_playwright() as running:
            chromium = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            view = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light"
            )
            view.goto(page.as_uri())
            view.screenshot(path=TARGET)
            browser.close()
    _smaller()


def _smaller() -> None:
    try:
        from PIL import Image
    except ImportError:
        return
    with Image.open(TARGET) as picture:
        picture.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
