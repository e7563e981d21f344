internal import NIOConcurrencyHelpers

/// What of an entrance does not work, for its status; each is told to the log when it begins.
final class Troubles: Sendable {
    /// Where troubles come from; each place says all that it has at once.
    enum Source: Hashable, CaseIterable {
        case certificates, listeners
    }

    private let present = NIOLockedValueBox<[Source: [String]]>([:])
    private let log: @Sendable (String) -> Void

    init(log: @escaping @Sendable (String) -> Void) {
        self.log = log
    }

    /// All of them, a line each.
    var all: [String] { present.withLockedValue { present in Source.allCases.flatMap { present[$0] ?? [] } } }

    /// These are all that a place has now.
    func set(_ source: Source, _ lines: [String]) {
        let before = present.withLockedValue { present in
            defer { present[source] = lines }
            return present[source] ?? []
        }
        for line in lines where !before.contains(line) { log(line) }
    }
}
