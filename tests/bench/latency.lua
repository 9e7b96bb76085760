-- What wrk prints at its end: latencies beyond its own table's, in ms, as a line of JSON.
function done(summary, latency)
    io.write(string.format(
        '{"requests per second":%.0f,"99.9 %% within ms":%.3f,"longest ms":%.3f}\n',
        summary.requests / summary.duration * 1e6, latency:percentile(99.9) / 1000, latency.max / 1000))
end
