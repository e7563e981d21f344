import Dispatch
import Synchronization

/// What a piece of blocking work yields for each of so many places, worked on by all cores at once. The first error wins; what
/// has not begun by then is left out.
func inParallel<Result: Sendable>(
    _ count: Int, _ work: @Sendable (Int) throws(ReleaseError) -> Result
) throws(ReleaseError) -> [Result] {
    let outcome = Mutex<(results: [Result?], failure: ReleaseError?)>((Array(repeating: nil, count: count), nil))
    DispatchQueue.concurrentPerform(iterations: count) { place in
        if outcome.withLock({ $0.failure != nil }) { return }
        do throws(ReleaseError) {
            let result = try work(place)
            outcome.withLock { $0.results[place] = result }
        } catch {
            outcome.withLock { $0.failure = $0.failure ?? error }
        }
    }
    let (results, failure) = outcome.withLock { ($0.results, $0.failure) }
    if let failure { throw failure }
    return results.compactMap { $0 }
}
