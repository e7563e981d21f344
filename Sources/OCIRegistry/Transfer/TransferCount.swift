import OCIImage
import Synchronization

/// What one attempt has sent, so that it can be taken back when the attempt fails.
final class TransferCount: Sendable {
    private let sum = Mutex(0)
    private let tell: @Sendable (Int) -> Void

    init(_ tell: @escaping @Sendable (Int) -> Void) {
        self.tell = tell
    }

    func add(_ count: Int) {
        sum.withLock { $0 += count }
        tell(count)
    }

    func takeBack() {
        let counted = sum.withLock { sum in
            defer { sum = 0 }
            return sum
        }
        tell(-counted)
    }
}

/// What became of the blobs of a push.
final class PushCollector: Sendable {
    private let state = Mutex(RegistryClient.PushReport())

    var report: RegistryClient.PushReport { state.withLock { $0 } }

    func note(_ blob: Descriptor, wasSent: Bool) {
        state.withLock { report in
            if wasSent {
                report.sent.append(blob)
                report.sentBytes += blob.size
            } else {
                report.there += 1
            }
        }
    }
}
