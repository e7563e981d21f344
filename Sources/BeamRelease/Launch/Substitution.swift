/// Which files of a release have their placeholders replaced, and by whom.
public struct Substitution: Hashable, Sendable {
    /// A file that may hold placeholders.
    public enum File: String, Hashable, Sendable, CaseIterable {
        /// `vm.args`
        case vmArguments = "vm.args"
        /// `remote.vm.args`
        case remoteVMArguments = "remote.vm.args"
        /// `sys.config`
        case systemConfig = "sys.config"
    }

    /// Who replaces the placeholders of a file.
    public enum Author: Hashable, Sendable {
        /// Nobody: they reach the VM as they stand.
        case nobody
        /// ``ConfigRenderer``.
        case beamctl
        /// The tool's start script.
        case tool
    }

    /// Whether placeholders are to be replaced in files that have none of relx's `.src` names.
    public let isAsked: Bool

    private let files: ReleaseFiles
    private let authors: [File: Author]

    /// Decides it.
    ///
    /// - Parameters:
    ///   - environment: The user's environment, in which `REPLACE_OS_VARS` (Distillery, and here mix too) and
    ///     `RELX_REPLACE_OS_VARS` (relx) ask for it.
    ///   - isWanted: What the manifest says; nil: as the environment says.
    public init(_ release: Release, _ environment: [String: String], _ rendering: LaunchRequest.Rendering, _ isWanted: Bool?) {
        files = release.files
        let isOn = isWanted ?? (Self.isOn(environment["REPLACE_OS_VARS"]) || Self.isOn(environment["RELX_REPLACE_OS_VARS"]))
        isAsked = isOn
        var authors: [File: Author] = [:]
        for file in File.allCases {
            let isSource = Self.isSource(file, release.files)
            authors[file] =
                switch (rendering, release.tool) {
                case (.beamctl, _): isOn || isSource ? .beamctl : .nobody
                case (.native, .mix): .nobody
                case (.native, .rebar3):
                    isSource || file != .remoteVMArguments && !(environment["RELX_REPLACE_OS_VARS"] ?? "").isEmpty
                        ? .tool : .nobody
                case (.native, .distillery):
                    file != .remoteVMArguments && !(environment["REPLACE_OS_VARS"] ?? "").isEmpty ? .tool : .nobody
                }
        }
        self.authors = authors
    }

    /// Who replaces the placeholders of a file.
    public func author(of file: File) -> Author { authors[file] ?? .nobody }

    /// Whether that is ``ConfigRenderer``.
    public func isOurs(_ file: File) -> Bool { author(of: file) == .beamctl }

    /// The file's name in the release: `sys.config.src` where there is that.
    public func name(of file: File) -> String { file.rawValue + (Self.isSource(file, files) ? ".src" : "") }

    /// What people write to switch something off is off here, although Distillery takes any text at all as on.
    public static func isOn(_ value: String?) -> Bool {
        guard let value else { return false }
        return !["", "false", "0", "no", "off"].contains(value.lowercased())
    }

    private static func isSource(_ file: File, _ files: ReleaseFiles) -> Bool {
        switch file {
        case .vmArguments: files.isVMArgumentsSource
        case .systemConfig: files.isSystemConfigSource
        case .remoteVMArguments: false
        }
    }
}

extension ReleaseFiles {
    /// The text of a file that may hold placeholders; nil when it is not there.
    public func text(of file: Substitution.File) -> String? {
        switch file {
        case .vmArguments: vmArguments
        case .remoteVMArguments: remoteVMArguments
        case .systemConfig: systemConfig
        }
    }
}

/// What a replica takes of a release's own `vm.args`.
public enum VMArgumentsText {
    /// The text without the flags that only the platform can set in a cluster; every line keeps its number.
    public static func kept(_ text: String, isClustered: Bool) -> String {
        isClustered ? ArgumentsText.without(VMArguments.ours, in: text) : text
    }

    /// Whether a line of it has become one that holds nothing any more.
    public static func isLeftOut(_ before: String, _ after: String) -> Bool {
        before != after && !ArgumentsText.hasWords(after) && ArgumentsText.hasWords(before)
    }

    /// The flags that are left out of it, each with its line, from 1.
    static func leftOut(of text: String, isClustered: Bool) -> [(line: Int, flag: String)] {
        guard isClustered else { return [] }
        return ArgumentsText.lines(of: text).enumerated().flatMap { index, line in
            ArgumentsText.found(VMArguments.ours, inLine: line).map { (index + 1, $0) }
        }
    }
}
