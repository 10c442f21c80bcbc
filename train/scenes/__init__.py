"""Pages and clips whose text is known: paper, light, a pen, a camera that moves.

`python -m train.scenes --output DIR` leaves page.png, clip.avi and truth.json, with
`--every-kind` a picture and a truth of each kind.

>>> scene = draw_page(["314 159"], np.random.default_rng(0), kind=SceneKind.SQUARED)
>>> scene.lines
('314 159',)
"""

from train.scenes.clip import draw_clip
from train.scenes.kinds import SceneKind
from train.scenes.page import PAGE_SIZE, Scene, draw_page
from train.scenes.text import draw_text

__all__ = ["PAGE_SIZE", "Scene", "SceneKind", "draw_clip", "draw_page", "draw_text"]
