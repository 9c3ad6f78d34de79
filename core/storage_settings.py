"""The settings of where pictures are kept, in what size, and who sends them."""

from core.setting_values import Setting, one_of, optional, web_address, whole

STORAGE_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "VASARI_BLOBS_URL",
        "",
        optional,
        "Where pictures are kept, as `s3://bucket/prefix`; empty: a folder in the home",
    ),
    Setting("VASARI_S3_ENDPOINT_URL", "", optional, "Address of an S3 store other than Amazon's"),
    Setting(
        "VASARI_S3_STYLE",
        "auto",
        one_of("auto", "path", "virtual"),
        "Where an S3 store wants the bucket's name: `path`, `virtual` (in the host), or `auto`: in "
        "the host at Amazon, in the path elsewhere",
    ),
    Setting(
        "VASARI_BLOBS_PUBLIC_URL",
        "",
        web_address,
        "Address where clients read the pictures kept there, which open ones are then redirected "
        "to ([docs/storage.md](docs/storage.md)); empty: Vasari sends them",
    ),
    Setting(
        "VASARI_PRESIGN_S",
        "0",
        whole(0, 604_800),  # a week, the most that S3 takes
        "Seconds that signed addresses of an S3 store are good for, which open pictures are then "
        "redirected to; 0: Vasari sends them",
    ),
    Setting(
        "VASARI_SNAPSHOTS_URL",
        "",
        optional,
        "Where published snapshots are shared with replicas, as `s3://bucket/prefix` "
        "([docs/replicas.md](docs/replicas.md)); empty: nowhere",
    ),
    Setting(
        "VASARI_ROLE",
        "publisher",
        one_of("publisher", "replica"),
        "`replica`: serves what others publish to VASARI_SNAPSHOTS_URL, and changes nothing",
    ),
    Setting(
        "VASARI_PICTURE_LONGEST",
        "2048",
        whole(0, 65_535),
        "Pixels of the longest side that pictures are kept and embedded at; 0: as they come",
    ),
)
