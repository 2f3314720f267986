"""What becomes of a release once it is built: shared, published, and old ones dropped."""

from workers.kb.build import BuildReport
from workers.kb.sharing import Releases
from workers.ports import Embeddings


def settle(report: BuildReport, releases: Releases, embeddings: Embeddings, *, publish: bool, kept: int) -> None:
    """Copy a new release into the storage, make it the current one if wanted, and keep as many as are kept.

    A storage that has no usable release is given the current one, too. Raises AnswersWorse, which leaves a new release
    to be published by hand, ReleaseUnusable and StorageUnavailable; the current release then stays.
    """
    if report.built:
        releases.upload(report.release)
        if publish:
            report.check_answers()
            releases.publish(report.release, embeddings, uploaded=True)
    elif publish and not releases.is_shared(report.release):
        releases.publish(report.release, embeddings)
    releases.drop_old(kept)
