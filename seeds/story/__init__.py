"""`make demo`: the whole main job, told over HTTP against the running stack."""
