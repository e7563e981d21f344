import BeamRelease
import OCIImage

extension ImageConfig {
    /// The configuration of an image with a release on top of a base.
    init(of release: Release, _ facts: ImageFacts, on base: ImageConfig, bringsLibraries: Bool) {
        let created = RFC3339.text(facts.createdSeconds)
        self.init(platform: base.platform, created: created)
        var execution = Execution()
        execution.user = ImagePaths.user
        execution.workingDirectory = ImagePaths.release
        execution.entrypoint = [ImagePaths.entrypoint]
        execution.command = release.imageCommand
        execution.stopSignal = "SIGTERM"
        execution.environment = Self.environment(facts, base.config?.environment ?? [], bringsLibraries)
        execution.exposedPorts = facts.httpPort.map { ["\($0)/tcp": Empty()] }
        execution.labels = (base.config?.labels ?? [:]).merging(ImageLabels.make(release, facts)) { _, own in own }
        let second = 1_000_000_000
        execution.healthCheck = HealthCheck(
            test: ["CMD", ImagePaths.entrypoint, "healthy"], interval: 10 * second, timeout: 5 * second, startPeriod: 60 * second,
            retries: 3)
        config = execution
    }

    static func environment(_ facts: ImageFacts, _ base: [String], _ bringsLibraries: Bool) -> [String] {
        var own = [("LANG", "C.UTF-8")]
        if bringsLibraries { own.append(("LD_LIBRARY_PATH", ImagePaths.libraries)) }
        if let port = facts.httpPort {
            // What a runtime.exs that Phoenix generated reads.
            own += [("PORT", "\(port)"), ("PHX_SERVER", "true")]
        }
        let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        let inherited = base.contains { $0.hasPrefix("PATH=") } ? base : [path] + base
        return inherited.filter { entry in !own.contains { entry.hasPrefix("\($0.0)=") } } + own.map { "\($0.0)=\($0.1)" }
    }
}

extension ImageFacts {
    /// What an image says of its app before its release is known.
    public var standardLabels: [String: String] { ImageLabels.make(self) }

    /// The label of a release's version.
    public static let versionLabel = ImageLabels.prefix + "version"
}

/// The labels of an image (OCI image specification, "Pre-Defined Annotation Keys").
enum ImageLabels {
    static let prefix = "org.opencontainers.image."

    static func make(_ facts: ImageFacts) -> [String: String] {
        var labels = [prefix + "title": facts.app, prefix + "created": RFC3339.text(facts.createdSeconds)]
        labels[prefix + "revision"] = facts.commit
        labels[prefix + "source"] = facts.source
        return labels.merging(facts.labels) { _, given in given }
    }

    static func make(_ release: Release, _ facts: ImageFacts) -> [String: String] {
        var labels = [
            ImageFacts.versionLabel: release.version, "com.beamctl.release": release.name, "com.beamctl.otp": release.otp,
        ]
        labels["com.beamctl.elixir"] = release.elixir
        return labels.merging(make(facts)) { _, given in given }
    }
}

/// Times as images write them.
enum RFC3339 {
    /// `2026-11-26T15:00:00Z`, of seconds since 1970 (the civil calendar from days, as Howard Hinnant describes it).
    static func text(_ seconds: Int) -> String {
        let days = Int((Double(seconds) / 86400).rounded(.down))
        let time = seconds - days * 86400
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let year = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * month + 2) / 5 + 1
        let civilMonth = month < 10 ? month + 3 : month - 9
        let civilYear = year + era * 400 + (civilMonth <= 2 ? 1 : 0)
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        let four = String(repeating: "0", count: max(0, 4 - "\(civilYear)".count)) + "\(civilYear)"
        return "\(four)-\(two(civilMonth))-\(two(day))T\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60))Z"
    }
}
