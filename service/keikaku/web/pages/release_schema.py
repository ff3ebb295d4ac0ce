"""The releases in the words of schema.org, as search engines for datasets want them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from keikaku.web.pages.release_facts import OPERATOR, files_of, standing_of

if TYPE_CHECKING:
    from keikaku.release.shelf import Release
    from keikaku.web.pages.release_facts import Listed


def schema_of_all(base: str, origin: str) -> dict[str, Any]:
    """Return the catalogue under a base, served at an origin."""
    return {
        "@context": "https://schema.org/",
        "@type": "DataCatalog",
        "@id": f"{base}catalog",
        "name": "行政計画リンクトデータの目録",
        "url": f"{origin}/releases",
        "dataset": {"@id": f"{base}releases/latest"},
    }


def schema_of_release(release: Release, entry: Listed, origin: str) -> dict[str, Any]:
    """Return a release with its files, served at an origin."""
    manifest = release.manifest
    here = f"{origin}/releases/{release.id}"
    publisher = manifest.get("publisher") or {}
    agent = {"@type": "Organization", "name": publisher.get("name") or OPERATOR.ja}
    if publisher.get("url"):
        agent["url"] = publisher["url"]
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{manifest['base']}releases/{release.id}",
        "name": f"行政計画リンクトデータ {release.id}",
        "description": "市が公表した実行計画の項目と年次計画、それを述べる原文の欄。"
        + standing_of(release).data.ja
        + " Plans of "
        + ", ".join(plan["title"] for plan in manifest["plans"]),
        "url": here,
        "version": release.id,
        "datePublished": entry.entry.date.date().isoformat(),
        "inLanguage": ["ja", "en"],
        "isAccessibleForFree": True,
        "creator": agent,
        "publisher": agent,
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": f"{manifest['base']}catalog"},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.offer.title.ja,
                "encodingFormat": file.offer.sent_as,
                "contentUrl": f"{here}/{file.offer.name}",
                "contentSize": str(file.bytes),
                "sha256": file.sha256,
            }
            for files in files_of(release).values()
            for plain in files
            for file in (plain, plain.compressed)
            if file
        ],
    }


def embedded(said: dict[str, Any]) -> Markup:
    """Return JSON that can stand in a page."""
    return Markup(json.dumps(said, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704
