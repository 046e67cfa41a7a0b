"""What sslyze finds in the running server, each finding under a name of its own.

A finding is anything that a reviewer would ask about: an old version, a suite without forward secrecy or
authenticated encryption, a known hole, a certificate that some trust store refuses, a departure from
Mozilla's profile, a scan that did not come to its end. Names are stable; FINDINGS.md explains them.
"""

import logging
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
logging.disable(logging.ERROR)

from sslyze import (  # noqa: E402
    CertificateInfoExtraArgument, ClientAuthenticationCredentials, RobotScanResultEnum,
    ScanCommand, ScanCommandAttemptStatusEnum, ScanCommandsExtraArguments, Scanner,
    ServerNetworkConfiguration, ServerNetworkLocation, ServerScanRequest, ServerScanStatusEnum)
from sslyze.mozilla_tls_profile.tls_config_checker import (  # noqa: E402
    MozillaTlsConfiguration, ServerNotCompliantWithTlsConfiguration, ServerScanResultIncomplete,
    TlsConfigurationEnum, check_server_against_tls_configuration)

# The port does not speak HTTP.
COMMANDS = set(ScanCommand) - {ScanCommand.HTTP_HEADERS}
OLD_VERSIONS = {
    ScanCommand.SSL_2_0_CIPHER_SUITES: "ssl-2.0", ScanCommand.SSL_3_0_CIPHER_SUITES: "ssl-3.0",
    ScanCommand.TLS_1_0_CIPHER_SUITES: "tls-1.0", ScanCommand.TLS_1_1_CIPHER_SUITES: "tls-1.1",
}
CURVES = {"X25519", "secp256r1", "secp384r1"}
PROFILES = {"1.3": TlsConfigurationEnum.MOZILLA_MODERN, "1.2": TlsConfigurationEnum.MOZILLA_INTERMEDIATE}


def scan(server):
    """Runs every scan; returns sslyze's result."""
    identities = server.identities
    scanner = Scanner()
    scanner.queue_scans([ServerScanRequest(
        server_location=ServerNetworkLocation(
            hostname="localhost", port=server.port, ip_address="127.0.0.1"),
        network_configuration=ServerNetworkConfiguration(
            tls_server_name_indication="localhost",
            tls_client_auth_credentials=ClientAuthenticationCredentials(
                certificate_chain_path=Path(identities.path("client.crt")),
                key_path=Path(identities.path("client.key")))),
        scan_commands=COMMANDS,
        scan_commands_extra_arguments=ScanCommandsExtraArguments(
            certificate_info=CertificateInfoExtraArgument(
                custom_ca_file=Path(identities.path("ca.crt")))))])
    (result,) = scanner.get_results()
    return result


def findings(result, kind):
    """The names of all findings for a server of this kind, with sslyze's own words where it has any."""
    if result.scan_status != ServerScanStatusEnum.COMPLETED:
        return {"no-connection": str(result.connectivity_error_trace)}
    found = {}
    attempts = {command: getattr(result.scan_result, command.value) for command in COMMANDS}
    for command, attempt in attempts.items():
        if attempt.status != ScanCommandAttemptStatusEnum.COMPLETED:
            found[f"scan-failed:{command.value}"] = f"{attempt.error_reason}: {attempt.error_trace}"
    done = {c: a.result for c, a in attempts.items() if a.result is not None}
    for judge in (suites, holes, resumption, certificate):
        found.update(judge(done, kind))
    found.update(profile(result, kind))
    return found


def suites(done, kind):
    found = {}
    for command, name in OLD_VERSIONS.items():
        if command in done and done[command].accepted_cipher_suites:
            found[f"version:{name}"] = "accepted"
    for command, wanted in ((ScanCommand.TLS_1_2_CIPHER_SUITES, kind == "1.2"),
                            (ScanCommand.TLS_1_3_CIPHER_SUITES, True)):
        accepted = done[command].accepted_cipher_suites if command in done else []
        if bool(accepted) != wanted:
            found[f"version:{command.value}"] = f"{len(accepted)} suites accepted"
        for suite in accepted:
            name = suite.cipher_suite.name
            modern = ("GCM" in name or "POLY1305" in name) and (
                name.startswith(("TLS_ECDHE_", "TLS_AES_", "TLS_CHACHA20_")))
            if not modern or suite.ephemeral_key is None:
                found[f"suite:{name}"] = "accepted"
    curves = done.get(ScanCommand.ELLIPTIC_CURVES)
    for curve in (curves.supported_curves or []) if curves else []:
        if curve.name not in CURVES:
            found[f"curve:{curve.name}"] = "accepted"
    return found


def holes(done, kind):
    checks = {
        "compression": (ScanCommand.TLS_COMPRESSION, lambda r: r.supports_compression),
        "early-data": (ScanCommand.TLS_1_3_EARLY_DATA, lambda r: r.supports_early_data),
        "heartbleed": (ScanCommand.HEARTBLEED, lambda r: r.is_vulnerable_to_heartbleed),
        "ccs-injection": (
            ScanCommand.OPENSSL_CCS_INJECTION, lambda r: r.is_vulnerable_to_ccs_injection),
        "robot": (ScanCommand.ROBOT, lambda r: r.robot_result not in (
            RobotScanResultEnum.NOT_VULNERABLE_NO_ORACLE,
            RobotScanResultEnum.NOT_VULNERABLE_RSA_NOT_SUPPORTED)),
        "client-renegotiation": (
            ScanCommand.SESSION_RENEGOTIATION, lambda r: r.is_vulnerable_to_client_renegotiation_dos),
        "insecure-renegotiation": (
            ScanCommand.SESSION_RENEGOTIATION, lambda r: not r.supports_secure_renegotiation),
        "no-fallback-scsv": (
            ScanCommand.TLS_FALLBACK_SCSV, lambda r: kind == "1.2" and not r.supports_fallback_scsv),
        "no-extended-master-secret": (
            ScanCommand.TLS_EXTENDED_MASTER_SECRET, lambda r: not r.supports_ems_extension),
    }
    return {
        name: "found" for name, (command, is_bad) in checks.items()
        if command in done and is_bad(done[command])
    }


def resumption(done, _):
    result = done.get(ScanCommand.SESSION_RESUMPTION)
    if result is None:
        return {}
    # Before TLS 1.3 the key of a ticket opens recorded traffic.
    counts = {
        "tls-1.2-resumption:id": result.session_id_successful_resumptions_count,
        "tls-1.2-resumption:ticket": result.tls_ticket_successful_resumptions_count,
    }
    return {name: f"{count} sessions resumed" for name, count in counts.items() if count}


def certificate(done, _):
    result = done.get(ScanCommand.CERTIFICATE_INFO)
    found = {}
    for deployment in result.certificate_deployments if result else []:
        for validation in deployment.path_validation_results:
            if not validation.was_validation_successful:
                own = "supplied" in validation.trust_store.name.lower()
                found["certificate:untrusted" if own else "certificate:not-public"] = str(
                    validation.validation_error)
        checks = {
            "certificate:order": not deployment.received_chain_has_valid_order,
            "certificate:sends-root": deployment.received_chain_contains_anchor_certificate is True,
            "certificate:sha1": bool(deployment.verified_chain_has_sha1_signature),
            "certificate:legacy-symantec": bool(deployment.verified_chain_has_legacy_symantec_anchor),
            "certificate:no-staple": deployment.ocsp_response is None,
            "certificate:staple-untrusted": deployment.ocsp_response_is_trusted is False,
            "certificate:no-must-staple": not deployment.leaf_certificate_has_must_staple_extension,
            "certificate:no-ct": not deployment.leaf_certificate_signed_certificate_timestamps_count,
        }
        found.update({name: "found" for name, is_so in checks.items() if is_so})
    return found


def profile(result, kind):
    try:
        check_server_against_tls_configuration(result, MozillaTlsConfiguration.get(PROFILES[kind]))
    except ServerNotCompliantWithTlsConfiguration as error:
        return {f"mozilla:{issue}": words for issue, words in error.issues.items()}
    except ServerScanResultIncomplete as error:
        return {"mozilla:incomplete": str(error)}
    return {}
