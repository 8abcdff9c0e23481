-- What the pages of a commune and of a city have in common, computed again from the stored dossiers.
-- Written from the definitions that the pages print, and DOMAIN.md; nothing here is taken from the package.
--
-- Each part begins with a line "-- @ kind key"; recomputing.py runs it and compares it with the page:
--   prepare                 run once, gives nothing
--   rows    [caption]       a whole table in this order: the names of the columns are its head
--   lists   [caption]       the same as lists, the first of them the head; each cell with its shade
--   filled  [caption]       the same as rows; columns in which nothing was counted may be missing on the page
--   tiles                   the tiles, one row each: label, figure and what stands under it
--   labels  [title]         the name and the figures drawn in a bar chart, in any order
--   drawn   [title]         the series drawn in a chart over time, and the dates of its axis
--   must                    phrases that stand in the text
-- A part that gives no row is not meant to stand on the page.
-- In captions and titles "…" stands for what turns with the figures: phrases cover it, as they cover all text.
-- Set before: variables unit (code of a commune or a province), first, last (the period's days), files (of the store),
-- reference and reported (folders).

-- @ prepare

-- How the pages write numbers: 8.930 and 85,11 %, half-up, from exact integers.
CREATE MACRO n(x) AS replace(format('{:,}', x::BIGINT), ',', '.');
CREATE MACRO half_up(a, b) AS (2 * a::BIGINT + b::BIGINT) // (2 * nullif(b::BIGINT, 0));
CREATE MACRO hundredths(x) AS format('{},{:02d}', n(x // 100), x % 100);
CREATE MACRO pct(a, b) AS coalesce(hundredths(half_up(10000 * a, b)) || '%', '–');
CREATE MACRO pct_of(a, b) AS CASE WHEN b = 0 THEN '–' ELSE format('{} ({}/{})', pct(a, b), n(a), n(b)) END;
CREATE MACRO signed(x) AS CASE WHEN x > 0 THEN '+' WHEN x < 0 THEN '−' ELSE '' END;
CREATE MACRO change(x) AS signed(x) || n(abs(x));
-- By how many points of a percent a/b is above c/d.
CREATE MACRO apart(a, b, c, d) AS a::BIGINT * d::BIGINT - c::BIGINT * b::BIGINT;
CREATE MACRO points(a, b, c, d) AS signed(apart(a, b, c, d))
    || hundredths(half_up(10000 * abs(apart(a, b, c, d)), b::BIGINT * d::BIGINT));
CREATE MACRO dmy(t) AS strftime(t::DATE, '%d/%m/%Y');
CREATE MACRO month_year(t) AS strftime(t::DATE, '%m/%Y');
CREATE MACRO in_prose(t) AS format('ngày {} tháng {} năm {}', strftime(t::DATE, '%d'),
    CASE WHEN month(t::DATE) <= 2 THEN strftime(t::DATE, '%m') ELSE strftime(t::DATE, '%-m') END, year(t::DATE));
CREATE MACRO lower_first(name) AS lower(name[1]) || name[2:];
CREATE MACRO upper_first(name) AS upper(name[1]) || name[2:];
CREATE MACRO fields_named(names) AS
    CASE WHEN len(names) < 3 THEN array_to_string(names, ' và ') ELSE len(names) || ' lĩnh vực' END;

-- Reference tables; the unit of the page and the communes it counts.
CREATE MACRO reference(name) AS TABLE
    SELECT * FROM read_csv(getvariable('reference') || '/' || name || '.csv', header = true, all_varchar = true);
CREATE TABLE member AS
    SELECT *, code AS commune FROM reference('communes') WHERE getvariable('unit') IN (code, province_code);
CREATE TABLE unit AS
    SELECT DISTINCT CASE WHEN commune = getvariable('unit') THEN name ELSE province END AS name,
        getvariable('unit') AS code, province_code, lower_first(province) AS province_name
    FROM member;

-- Working days, with the number of each.
CREATE TABLE calendar AS
    SELECT day, works, count(*) FILTER (works) OVER (ORDER BY day) AS nth
    FROM (
        SELECT day::DATE AS day,
            CASE kind WHEN 'off' THEN false WHEN 'worked' THEN true ELSE isodow(day) <= 5 END AS works
        FROM generate_series(DATE '2025-01-01', DATE '2026-12-31', INTERVAL 1 DAY) AS days(day)
        LEFT JOIN reference('holidays') AS holidays ON holidays.date::DATE = day::DATE);

-- When the dossiers of each commune of the store begin and end, and those of the page.
CREATE TABLE stored AS
    SELECT commune, min(received_at) AS begins, max(received_at) AS ends
    FROM read_parquet(getvariable('files'), hive_partitioning = false) GROUP BY commune;
CREATE TABLE held AS SELECT min(begins) AS begins, max(ends) AS ends FROM stored JOIN member USING (commune);

-- The period, and those before it as far back as there are data: a month or quarter, else as many days.
CREATE MACRO months(first, last) AS CASE
    WHEN last < first + 27 OR day(first) > 1 OR day(last + 1) > 1 THEN NULL
    WHEN datediff('month', first, last + 1) = 1 OR (datediff('month', first, last + 1) = 3 AND month(first) % 3 = 1)
        THEN datediff('month', first, last + 1) END;
CREATE TABLE period AS SELECT getvariable('first')::DATE AS first, getvariable('last')::DATE AS last, last + 1 AS stop;
CREATE MACRO shifted(day, back) AS coalesce(
    day - to_months((back * (SELECT months(first, last) FROM period))::INT),
    day - (back * (SELECT stop - first FROM period))::INT)::DATE;
CREATE TABLE periods AS
    SELECT back, shifted(first, back) AS first, shifted(stop, back) AS stop, shifted(stop, back) - 1 AS last
    FROM generate_series(0, 11) AS steps(back), (SELECT first, stop FROM period), held
    WHERE back = 0 OR shifted(first, back) >= begins::DATE;
CREATE MACRO period_name(first, last) AS CASE
    WHEN months(first, last) = 1 THEN strftime(first, 'tháng %-m/%Y')
    WHEN months(first, last) = 3 THEN format('quý {}/{}', ['I', 'II', 'III', 'IV'][quarter(first)], year(first))
    WHEN first = last THEN 'ngày ' || dmy(first)
    ELSE format('từ {} đến {}', dmy(first), dmy(last)) END;
-- As a sentence names it.
CREATE MACRO period_within(first, last) AS
    CASE WHEN months(first, last) IS NULL AND last > first THEN 'kỳ ' ELSE '' END || period_name(first, last);
CREATE MACRO days_named(first, last) AS
    CASE WHEN first = last THEN 'ngày ' || dmy(first) ELSE format('từ ngày {} đến ngày {}', dmy(first), dmy(last)) END;

-- The dossiers as of the end of each period: what happened later is not known yet. Those that ended before a period are
-- no part of it. All due dates of the sample have a time of day.
CREATE TABLE known AS
    SELECT
        back, commune, dossier_id, procedure, field, channel, applicant_kind, holder, overdue_cause, online_level,
        received_at, due_at, fee_due, paid_online, digitised, e_result, status,
        finished, CASE WHEN finished < stop THEN finished END AS ended_at,
        CASE WHEN dossiers.apology_at < stop THEN dossiers.apology_at END AS apology_at,
        -- A new date is known from the letter that gives it; without one, once it has passed or the dossier ended.
        -- So is the number of times; requests have no date at all.
        coalesce(dossiers.apology_at < stop, dossiers.new_due_at < stop OR finished < stop) AS dated,
        CASE WHEN dated THEN dossiers.new_due_at END AS new_due_at,
        CASE WHEN dated THEN dossiers.extensions END AS extensions,
        CASE WHEN finished < stop THEN dossiers.supplement_requests END AS supplement_requests,
        first, last, stop
    FROM (
        SELECT *, coalesce(finished_at, returned_at) AS finished
        FROM read_parquet(getvariable('files'), hive_partitioning = false)) AS dossiers
    SEMI JOIN member USING (commune)
    JOIN periods ON received_at < stop AND (received_at >= first OR coalesce(finished, stop) >= first)
    WHERE coalesce(status, 2) NOT IN (1, 3);
CREATE TABLE classed AS
    SELECT
        *,
        received_at >= first AS received,
        coalesce(status, 2) IN (5, 6, 8) AS waiting,
        CASE
            WHEN ended_at IS NOT NULL AND status = 7 THEN 'withdrawn'
            WHEN ended_at IS NOT NULL AND due_at IS NULL THEN 'resolved_no_due'
            WHEN ended_at > due_at THEN 'late'
            WHEN ended_at < due_at::DATE + INTERVAL (12 * (hour(due_at) // 12)) HOURS THEN 'early'
            WHEN ended_at IS NOT NULL THEN 'on_time'
            WHEN due_at IS NULL THEN 'pending_no_due'
            WHEN due_at < stop AND NOT waiting THEN 'pending_overdue'
            ELSE 'pending_in_time'
        END AS class,
        ended_at IS NOT NULL AND class != 'withdrawn' AS resolved,
        ended_at IS NULL AS pending,
        class IN ('late', 'pending_overdue') AS overdue
    FROM known;
-- Those of the period itself, with names.
CREATE TABLE dossier AS
    SELECT
        classed.*,
        coalesce(fields.name, 'Chưa rõ') AS field_name,
        coalesce(procedures.name, 'Thủ tục mã ' || procedure, 'Không ghi mã') AS procedure_name,
        concat_ws(': ', field_name, CASE WHEN procedure IS NOT NULL THEN lower_first(procedure_name) END) AS subject,
        coalesce(holders.name, 'Chưa rõ') AS holder_name,
        holders.level AS holder_level,
        coalesce(causes.name, 'Chưa rõ') AS cause_name
    FROM classed
    LEFT JOIN reference('fields') AS fields ON fields.code = field
    LEFT JOIN reference('procedures') AS procedures ON procedures.code = procedure
    LEFT JOIN reference('holders') AS holders ON holders.code = holder
    LEFT JOIN reference('causes') AS causes ON causes.code = overdue_cause
    WHERE back = 0;

-- In each period, of each commune and (without a commune) of all.
CREATE TABLE unit_count AS
    SELECT
        back,
        commune,
        count(dossier_id) AS handled,
        count(*) FILTER (received) AS received,
        count(*) FILTER (NOT received) AS carried_over,
        count(*) FILTER (received AND channel = 'online') AS online,
        count(*) FILTER (received AND channel IS NOT NULL) AS with_channel,
        count(*) FILTER (resolved) AS resolved,
        count(*) FILTER (resolved AND due_at IS NOT NULL) AS resolved_due,
        count(*) FILTER (class = 'early') AS early,
        count(*) FILTER (class = 'on_time') AS on_time,
        count(*) FILTER (class = 'late') AS late,
        count(*) FILTER (class = 'withdrawn') AS withdrawn,
        count(*) FILTER (pending) AS pending,
        count(*) FILTER (class = 'pending_overdue') AS pending_overdue,
        count(*) FILTER (class = 'pending_in_time' AND waiting) AS waiting,
        count(*) FILTER (overdue) AS overdue,
        early + on_time AS in_time,
        -- Under the index of QĐ 766 papers asked for more than once make a dossier late.
        count(*) FILTER (class IN ('early', 'on_time', 'pending_in_time') AND coalesce(supplement_requests < 2, true))
            AS progress,
        count(*) FILTER (received AND channel = 'online' AND online_level = 'full') AS fully_online,
        count(*) FILTER (received AND channel = 'online' AND applicant_kind = 'business') AS business_online,
        count(*) FILTER (received AND channel IS NOT NULL AND applicant_kind = 'business') AS business,
        count(*) FILTER (received AND fee_due AND paid_online) AS paid,
        count(*) FILTER (received AND fee_due) AS with_fee,
        count(*) FILTER (received AND digitised) AS digitised,
        count(*) FILTER (received AND digitised IS NOT NULL) AS with_digitised,
        count(*) FILTER (resolved AND e_result) AS e_results,
        count(*) FILTER (resolved AND e_result IS NOT NULL) AS with_e_result,
        count(*) FILTER (resolved AND digitised AND e_result) AS digital,
        count(*) FILTER (resolved AND digitised IS NOT NULL AND e_result IS NOT NULL) AS with_digital
    FROM (SELECT back, commune FROM periods, member) LEFT JOIN classed USING (back, commune)
    GROUP BY GROUPING SETS ((back, commune), (back));
CREATE TABLE counts AS FROM unit_count WHERE back = 0 AND commune IS NULL;
-- A period in which nothing came in is no measure.
CREATE TABLE before AS FROM unit_count WHERE back = 1 AND commune IS NULL AND received > 0;

-- Overdue dossiers with the working days after the day due, up to the day of the end or the period's last day.
CREATE TABLE overdue AS
    SELECT dossier.*, until.nth - due.nth AS days,
        CASE WHEN days <= 1 THEN '≤ 1' WHEN days <= 5 THEN '2–5' WHEN days <= 10 THEN '6–10'
            WHEN days <= 30 THEN '11–30' ELSE '> 30' END AS band
    FROM dossier
    JOIN calendar AS due ON due.day = due_at::DATE
    JOIN calendar AS until ON until.day = coalesce(ended_at::DATE, last)
    WHERE overdue;
-- Most first, equals by their code, what has none before them; months in their order. The rows keep this order.
CREATE TABLE breakdown AS
    SELECT kind, code, coalesce(name, 'Tổng số') AS name, name IS NULL AS total,
        count(*) FILTER (resolved) AS late, count(*) FILTER (pending) AS pending, count(*) AS either,
        (SELECT count(*) FROM overdue) AS overall
    FROM overdue, LATERAL (VALUES ('field', field, field_name), ('cause', overdue_cause, cause_name),
        ('holder', holder, holder_name), ('procedure', procedure, procedure_name),
        ('month', strftime(due_at, '%Y-%m'), month_year(due_at))) AS kinds(kind, code, name)
    GROUP BY GROUPING SETS ((kind, code, name), (kind))
    ORDER BY kind, total, CASE WHEN kind != 'month' THEN either END DESC, code NULLS FIRST;
-- The fields, causes and holders of the late, the pending and all that are overdue, where recorded: most first.
CREATE TABLE item AS
    SELECT *, CASE WHEN kind = 'cause' THEN lower_first(name) ELSE name END AS said,
        row_number() OVER (PARTITION BY kind, of ORDER BY dossiers DESC, code) AS place,
        sum(dossiers) OVER (PARTITION BY kind, of) AS whole,
        max(dossiers) OVER (PARTITION BY kind, of) AS most
    FROM (
        SELECT *, any_value(dossiers) FILTER (total) OVER (PARTITION BY kind, of) AS overdue
        FROM (UNPIVOT breakdown ON late, pending, either INTO NAME of VALUE dossiers))
    JOIN (VALUES ('field', 'lĩnh vực'), ('cause', 'nguyên nhân'), ('holder', 'nơi')) AS nouns(kind, noun) USING (kind)
    WHERE NOT total AND code IS NOT NULL AND dossiers > 0;
-- The one with the most, or two equals, as a sentence names them; of three none stands out.
CREATE TABLE most AS
    SELECT kind, of, noun, list(said ORDER BY place) AS names, most,
        CASE WHEN len(names) <= 2 THEN format('{} ({}{}/{} hồ sơ{})', array_to_string(names, ' và '),
            CASE WHEN len(names) = 2 THEN 'mỗi ' || noun || ' ' ELSE '' END, n(most), n(whole),
            CASE WHEN whole < overdue THEN ' có ghi ' || noun ELSE '' END) END AS said
    FROM item WHERE dossiers = most GROUP BY kind, of, noun, most, whole, overdue;

-- Received, resolved and left by day, week and month; a week begins on Monday, the first with the period.
CREATE TABLE daily AS
    WITH moved AS (
        SELECT received_at::DATE AS day, count(*) AS received, count(*) FILTER (channel = 'online') AS online,
            count(channel) AS with_channel, 0 AS resolved, 0 AS late, count(*) AS left_over
        FROM dossier WHERE received GROUP BY day
        UNION ALL
        SELECT ended_at::DATE AS day, 0, 0, 0, count(*) FILTER (resolved), count(*) FILTER (class = 'late'), -count(*)
        FROM dossier WHERE NOT pending GROUP BY day)
    SELECT day, coalesce(sum(moved.received), 0) AS received, coalesce(sum(moved.online), 0) AS online,
        coalesce(sum(moved.with_channel), 0) AS with_channel, coalesce(sum(moved.resolved), 0) AS resolved,
        coalesce(sum(moved.late), 0) AS late,
        carried_over + coalesce(sum(sum(left_over)) OVER (ORDER BY day), 0) AS pending
    FROM calendar LEFT JOIN moved USING (day), counts, period
    WHERE day BETWEEN first AND last GROUP BY day, carried_over;
CREATE MACRO span(begins, ends) AS
    concat_ws('–', strftime(begins, '%d/%m'), CASE WHEN ends > begins THEN strftime(ends, '%d/%m') END);
CREATE MACRO shade(x, most) AS 's' || ceil(5 * x / most)::INT;
CREATE MACRO flow(unit) AS TABLE
    SELECT greatest(date_trunc(unit, day), first)::DATE AS begins, max(day) AS ends, sum(received) AS received,
        sum(online) AS online, sum(with_channel) AS with_channel, sum(resolved) AS resolved, sum(late) AS late,
        arg_max(pending, day) AS pending
    FROM daily, period GROUP BY begins
    UNION ALL
    SELECT NULL, NULL, received, online, with_channel, resolved, late, pending FROM counts;

-- The rates: what is counted, over what; whether more is better. Of each commune and of all, in each period.
CREATE TABLE unit_rate AS
    SELECT back, commune, place, indicator, label, numerator, denominator, basis, more_is_better
    FROM unit_count, LATERAL (VALUES
        (1, 'online_rate', 'Tỷ lệ tiếp nhận trực tuyến', online, with_channel, 'hồ sơ tiếp nhận có ghi kênh nộp', true),
        (2, 'fully_online_rate', 'Tỷ lệ trực tuyến toàn trình', fully_online, received,
            'hồ sơ tiếp nhận trong kỳ', true),
        (3, 'business_online_rate', 'Tỷ lệ hồ sơ của doanh nghiệp nộp trực tuyến', business_online, business,
            'hồ sơ của doanh nghiệp có ghi kênh nộp', true),
        (4, 'online_payment_rate', 'Tỷ lệ thanh toán trực tuyến', paid, with_fee,
            'hồ sơ tiếp nhận có phí, lệ phí', true),
        (5, 'digitised_rate', 'Tỷ lệ số hóa hồ sơ', digitised, with_digitised,
            'hồ sơ tiếp nhận có ghi thông tin số hóa', true),
        (6, 'e_result_rate', 'Tỷ lệ trả kết quả điện tử', e_results, with_e_result,
            'hồ sơ đã giải quyết có ghi thông tin kết quả điện tử', true),
        (7, 'digital_rate', 'Tỷ lệ số hóa và có kết quả điện tử', digital, with_digital,
            'hồ sơ đã giải quyết có ghi cả hai thông tin', true),
        (8, 'resolved_rate', 'Tỷ lệ đã giải quyết', resolved, handled, NULL, true),
        (9, 'early_rate', 'Tỷ lệ trước hạn', early, resolved_due, NULL, true),
        (10, 'in_time_rate', 'Tỷ lệ giải quyết trước và đúng hạn', in_time, resolved_due, NULL, true),
        (11, 'late_rate', 'Tỷ lệ giải quyết quá hạn', late, resolved_due, NULL, false),
        (12, 'pending_overdue_rate', 'Tỷ lệ quá hạn trong số đang giải quyết', pending_overdue, pending, NULL, false),
        (13, 'overdue_rate', 'Tỷ lệ quá hạn chung', overdue, handled, NULL, false),
        (14, 'progress_rate', 'Tỷ lệ đúng tiến độ', progress, handled, NULL, true)
    ) AS rates(place, indicator, label, numerator, denominator, basis, more_is_better);
-- Those of going online, paying, digitising, of all in the period.
CREATE TABLE rate AS FROM unit_rate WHERE back = 0 AND commune IS NULL AND basis IS NOT NULL;
-- Targets in force on the period's last day, for the province or for the commune itself.
CREATE TABLE target AS
    SELECT rate.*, value_pct, document, last >= valid_to::DATE AS due,
        100 * numerator >= value_pct::INT * denominator AS met,
        format('chỉ tiêu {}{}%', CASE WHEN value_pct != '100' THEN '≥ ' ELSE '' END, value_pct) AS aim,
        CASE WHEN met THEN '✔ Đạt ' || aim
            WHEN NOT due THEN format('○ Còn thấp hơn {} (đến {})', aim, dmy(valid_to))
            ELSE '✘ Chưa đạt ' || aim END AS verdict
    FROM rate JOIN reference('targets') AS targets USING (indicator), period, unit
    WHERE targets.unit IN ('', province_code, code) AND last BETWEEN valid_from::DATE AND valid_to::DATE;

-- Received by field.
CREATE TABLE online_share AS
    SELECT field, field_name, count(*) FILTER (channel = 'online') / count(channel) AS share,
        pct(count(*) FILTER (channel = 'online'), count(channel)) AS printed
    FROM dossier WHERE received GROUP BY field, field_name;

-- @ tiles

SELECT concat_ws(' ', format('Tiếp nhận trong kỳ {} {}', n(received),
        CASE WHEN begins >= first THEN 'chưa rõ số kỳ trước chuyển sang'
            ELSE format('và {} hồ sơ kỳ trước chuyển sang', n(carried_over)) END),
    (SELECT format('Kỳ trước: {} ({})', n(before.received), change(counts.received - before.received)) FROM before))
FROM counts, period, held
UNION ALL
SELECT concat_ws(' ', rate.label, pct(rate.numerator, rate.denominator),
    format('{}/{} {}', n(rate.numerator), n(rate.denominator), rate.basis), verdict,
    (SELECT format('Kỳ trước: {} ({} điểm %)', pct(online, with_channel),
        points(rate.numerator, rate.denominator, online, with_channel)) FROM before))
FROM rate LEFT JOIN target USING (indicator) WHERE indicator = 'online_rate'
UNION ALL
SELECT unnest([
    concat_ws(' ', format('Đã giải quyết {} bằng {} trên {} hồ sơ nhận giải quyết (trong kỳ và kỳ trước chuyển sang)',
        n(c.resolved), pct(c.resolved, c.handled), n(c.handled)),
        format('Kỳ trước: {} ({})', n(b.resolved), change(c.resolved - b.resolved))),
    concat_ws(' ', format('Giải quyết trước hạn {} bằng {} trên {} hồ sơ đã giải quyết có hạn trả',
        n(c.early), pct(c.early, c.resolved_due), n(c.resolved_due)),
        format('Kỳ trước: {} ({})', n(b.early), change(c.early - b.early))),
    concat_ws(' ', format('Tỷ lệ giải quyết trước và đúng hạn {} {}/{} hồ sơ đã giải quyết có hạn trả',
        pct(c.in_time, c.resolved_due), n(c.in_time), n(c.resolved_due)),
        format('Kỳ trước: {} ({} điểm %)', pct(b.in_time, b.resolved_due),
            points(c.in_time, c.resolved_due, b.in_time, b.resolved_due))),
    concat_ws(' ', format('Giải quyết quá hạn {} bằng {} trên {} hồ sơ đã giải quyết có hạn trả',
        n(c.late), pct(c.late, c.resolved_due), n(c.resolved_due)),
        format('Kỳ trước: {} ({})', n(b.late), change(c.late - b.late))),
    concat_ws(' ', format('Đang giải quyết {} bằng {} trên {} hồ sơ nhận giải quyết (trong kỳ và kỳ trước chuyển sang)',
        n(c.pending), pct(c.pending, c.handled), n(c.handled)),
        format('Kỳ trước: {} ({})', n(b.pending), change(c.pending - b.pending))),
    concat_ws(' ', format('Đang giải quyết, đã quá hạn {} bằng {} trên {} hồ sơ đang giải quyết cuối kỳ',
        n(c.pending_overdue), pct(c.pending_overdue, c.pending), n(c.pending)),
        format('Kỳ trước: {} ({})', n(b.pending_overdue), change(c.pending_overdue - b.pending_overdue)))
]) FROM counts AS c LEFT JOIN before AS b ON true;

-- @ rows Theo tuần trong kỳ

SELECT coalesce(nullif(span(begins, ends), ''), 'Cả kỳ') AS "Tuần",
    n(received) AS "Tiếp nhận", n(online) AS "Trực tuyến", pct(online, with_channel) AS "Tỷ lệ trực tuyến",
    n(resolved) AS "Đã giải quyết", n(late) AS "Giải quyết quá hạn", n(pending) AS "Còn cuối tuần"
FROM flow('week') WHERE (SELECT last > first FROM period) ORDER BY begins NULLS LAST;

-- @ must
-- The documents of the targets; the summary.

SELECT DISTINCT document || '.' FROM target
UNION ALL
SELECT unnest([
    format('tiếp nhận {} hồ sơ', n(received)),
    format('trong đó {} hồ sơ nộp trực tuyến ({})', n(online), pct(online, with_channel)),
    CASE WHEN carried_over = 0 THEN 'Tổng' ELSE format('Cùng {} hồ sơ kỳ trước chuyển sang, tổng', n(carried_over)) END
        || format(' số hồ sơ nhận giải quyết là {}', n(handled)),
    format('đến hết kỳ đã giải quyết {} hồ sơ, đạt {}', n(resolved), pct(resolved, handled)),
    format('Trong số đã giải quyết có {} hồ sơ trước hạn ({})', n(early), pct(early, resolved_due)),
    format('{} hồ sơ đúng hạn và {} hồ sơ quá hạn', n(on_time), n(late)),
    format('tỷ lệ giải quyết trước và đúng hạn là {} ({}/{})', pct(in_time, resolved_due), n(in_time), n(resolved_due)),
    format('Cuối kỳ còn {} hồ sơ đang giải quyết ({}), {}', n(pending), pct(pending, handled),
        CASE WHEN pending_overdue = 0 THEN 'không có hồ sơ nào đã quá hạn'
            ELSE format('trong đó {} hồ sơ đã quá hạn', n(pending_overdue)) END)
]) FROM counts, period, unit
UNION ALL
SELECT format('Trong {} hồ sơ quá hạn{}, {}', n(overdue),
    CASE WHEN late > 0 AND pending_overdue > 0 THEN ' (cả hai loại)' ELSE '' END,
    coalesce('nhiều nhất ở lĩnh vực ' || said, 'không lĩnh vực nào nhiều hơn hẳn'))
FROM counts, most WHERE kind = 'field' AND of = 'either'
UNION ALL
SELECT 'nguyên nhân ghi nhận nhiều nhất là ' || said FROM most WHERE kind = 'cause' AND of = 'either'
UNION ALL
SELECT 'hồ sơ đang quá hạn nhiều nhất ở ' || said FROM most WHERE kind = 'holder' AND of = 'pending'
UNION ALL
SELECT format('Trong {} hồ sơ quá hạn có {} hồ sơ ghi nhận thư xin lỗi ({}), trong đó {} thư gửi trước ngày hết hạn; '
    || '{} hồ sơ chưa ghi nhận thư xin lỗi', n(count(*)), n(count(apology_at)), pct(count(apology_at), count(*)),
    n(count(*) FILTER (apology_at::DATE < due_at::DATE)), n(count(*) FILTER (apology_at IS NULL)))
FROM overdue
UNION ALL
SELECT format('Trong {} chỉ tiêu được giao, {} chỉ tiêu đã đạt', n(count(*)), n(count(*) FILTER (met))) FROM target
HAVING count(*) > 0
UNION ALL
SELECT CASE WHEN due THEN 'chưa đạt: ' ELSE 'chưa đến thời hạn, hiện chưa đạt mức giao: ' END
    || string_agg(lower_first(label), ', ' ORDER BY place) || '.'
FROM target WHERE NOT met GROUP BY due;

-- @ must
-- Notes under the tables of the form.

SELECT unnest([
    format('Đối chiếu: tiếp nhận trong kỳ {} + kỳ trước chuyển sang {}{} = đã giải quyết {} + công dân rút {} '
        || '+ đang giải quyết {}: {}.', n(received), n(carried_over),
        CASE WHEN begins >= first THEN ' (chưa xác định được)' ELSE '' END, n(resolved), n(withdrawn), n(pending),
        CASE WHEN received + carried_over = resolved + withdrawn + pending THEN 'khớp' END),
    format('Trong số đang giải quyết trong hạn có {} hồ sơ chờ bổ sung, nộp phí, tạm dừng', n(nullif(waiting, 0))),
    CASE WHEN begins >= first
        THEN format('Cột (6): dữ liệu bắt đầu từ ngày {}, chưa xác định được hồ sơ từ kỳ trước', dmy(begins)) END,
    format('Tình hình, kết quả giải quyết theo lĩnh vực, {}', days_named(first, last))
]) FROM counts, period, held;

-- @ rows Tình hình, kết quả giải quyết theo lĩnh vực, …

WITH form AS (
    SELECT grouping(field_name) AS total, field, field_name, count(*) AS c3,
        count(*) FILTER (received AND channel = 'online') AS c4,
        count(*) FILTER (received AND channel IS DISTINCT FROM 'online') AS c5,
        count(*) FILTER (NOT received) AS c6,
        count(*) FILTER (NOT pending) AS c7,
        count(*) FILTER (class = 'early') AS c8,
        count(*) FILTER (class IN ('on_time', 'resolved_no_due', 'withdrawn')) AS c9,
        count(*) FILTER (class = 'late') AS c10,
        count(*) FILTER (pending) AS c11,
        count(*) FILTER (class IN ('pending_in_time', 'pending_no_due')) AS c12,
        count(*) FILTER (class = 'pending_overdue') AS c13
    FROM dossier GROUP BY GROUPING SETS ((field, field_name), ()))
SELECT
    CASE WHEN total = 0 THEN n(row_number() OVER (ORDER BY total, c3 DESC, field)) ELSE '' END AS "TT / (1)",
    coalesce(field_name, 'Tổng số') AS "Lĩnh vực, công việc giải quyết theo cấp / (2)",
    n(c3) AS "Số lượng hồ sơ nhận giải quyết / Tổng số / (3)",
    n(c4) AS "Số lượng hồ sơ nhận giải quyết / Trong kỳ: Trực tuyến / (4)",
    n(c5) AS "Số lượng hồ sơ nhận giải quyết / Trong kỳ: Trực tiếp, dịch vụ bưu chính / (5)",
    n(c6) AS "Số lượng hồ sơ nhận giải quyết / Từ kỳ trước / (6)",
    n(c7) AS "Số lượng hồ sơ đã giải quyết / Tổng số / (7)",
    n(c8) AS "Số lượng hồ sơ đã giải quyết / Trước hạn / (8)",
    n(c9) AS "Số lượng hồ sơ đã giải quyết / Đúng hạn / (9)",
    n(c10) AS "Số lượng hồ sơ đã giải quyết / Quá hạn / (10)",
    n(c11) AS "Số lượng hồ sơ đang giải quyết / Tổng số / (11)",
    n(c12) AS "Số lượng hồ sơ đang giải quyết / Trong hạn / (12)",
    n(c13) AS "Số lượng hồ sơ đang giải quyết / Quá hạn / (13)"
FROM form ORDER BY total, c3 DESC, field;

-- @ rows Tỷ lệ theo lĩnh vực

SELECT coalesce(field_name, 'Tổng số') AS "Lĩnh vực", n(count(*) FILTER (received)) AS "Tiếp nhận",
    pct(count(*) FILTER (received AND channel = 'online'), count(channel) FILTER (received)) AS "Tỷ lệ trực tuyến",
    n(count(*) FILTER (resolved AND due_at IS NOT NULL)) AS "Giải quyết có hạn trả",
    n(count(*) FILTER (class IN ('early', 'on_time'))) AS "Trước và đúng hạn",
    pct(count(*) FILTER (class IN ('early', 'on_time')), count(*) FILTER (resolved AND due_at IS NOT NULL))
        AS "Tỷ lệ trước và đúng hạn",
    n(count(*)) AS "Nhận giải quyết", n(count(*) FILTER (pending)) AS "Đang giải quyết",
    pct(count(*) FILTER (pending), count(*)) AS "Tỷ lệ đang giải quyết"
FROM dossier GROUP BY GROUPING SETS ((field, field_name), ())
ORDER BY grouping(field_name), count(*) FILTER (received) DESC, field;

-- @ rows Phân loại hồ sơ theo tình trạng

SELECT label AS "Tình trạng đến hết kỳ", n(dossiers) AS "Số hồ sơ"
FROM counts, LATERAL (VALUES (1, 'Đã giải quyết trước hạn', early), (2, 'Đã giải quyết đúng hạn', on_time),
    (3, 'Đã giải quyết quá hạn', late), (4, 'Đang giải quyết, trong hạn', pending - pending_overdue),
    (5, 'Đang giải quyết, đã quá hạn', pending_overdue), (6, 'Tổng số', handled)) AS classes(place, label, dossiers)
WHERE dossiers > 0 ORDER BY place;

-- @ must
-- What is overdue, and the title of its chart.

SELECT unnest([
    coalesce(format('Có {}', n(nullif(late, 0))), 'Không có') || ' hồ sơ đã giải quyết nhưng quá hạn',
    coalesce(format('Có {}', n(nullif(pending_overdue, 0))), 'Không có') || ' hồ sơ đang giải quyết đã quá hạn',
    format('Tỷ lệ quá hạn chung là {} trên {} hồ sơ nhận giải quyết', pct(overdue, handled), n(handled))
]) FROM counts
UNION ALL
SELECT format('{} có {} trong {} hồ sơ quá hạn ({})', names[1], n(most), n(overdue), pct(most, overdue))
FROM most, counts WHERE kind = 'field' AND of = 'either' AND len(names) = 1;

-- @ labels … có … trong … hồ sơ quá hạn (…)

SELECT name, concat_ws(' + ', n(nullif(late, 0)), n(nullif(pending, 0)))
FROM breakdown WHERE kind = 'field' AND NOT total;

-- @ rows Hồ sơ quá hạn theo lĩnh vực

SELECT name AS "Lĩnh vực", n(late) AS "Đã giải quyết, quá hạn", n(pending) AS "Đang giải quyết, quá hạn",
    n(either) AS "Tổng", pct(either, overall) AS "Tỷ trọng", pct_of(either, handled) AS "Trên hồ sơ nhận giải quyết"
FROM breakdown JOIN (
    SELECT coalesce(field_name, 'Tổng số') AS name, count(*) AS handled FROM dossier
    GROUP BY GROUPING SETS ((field_name), ())) USING (name)
WHERE kind = 'field' ORDER BY breakdown.rowid;

-- @ rows Hồ sơ quá hạn theo nguyên nhân

SELECT name AS "Nguyên nhân", n(late) AS "Đã giải quyết, quá hạn", n(pending) AS "Đang giải quyết, quá hạn",
    n(either) AS "Tổng", pct(either, overall) AS "Tỷ trọng"
FROM breakdown WHERE kind = 'cause' ORDER BY rowid;

-- @ rows Hồ sơ quá hạn theo nơi giữ hồ sơ

SELECT name AS "Nơi giữ hồ sơ", n(late) AS "Đã giải quyết, quá hạn", n(pending) AS "Đang giải quyết, quá hạn",
    n(either) AS "Tổng", pct(either, overall) AS "Tỷ trọng"
FROM breakdown WHERE kind = 'holder' ORDER BY rowid;

-- @ must
-- Fields with the highest and lowest rate of filing online.

SELECT format('Nộp trực tuyến: cao nhất {} ({}), thấp nhất {} ({})',
    fields_named(list(field_name ORDER BY field) FILTER (share = top)), max(printed) FILTER (share = top),
    fields_named(list(field_name ORDER BY field) FILTER (share = bottom)), max(printed) FILTER (share = bottom))
FROM (SELECT *, max(share) OVER () AS top, min(share) OVER () AS bottom FROM online_share);

-- @ labels Nộp trực tuyến: cao nhất … (…), thấp nhất … (…)

SELECT field_name, printed FROM online_share
UNION ALL
SELECT format('chỉ tiêu {}%', value_pct), NULL FROM target WHERE indicator = 'online_rate';

-- @ rows Hồ sơ tiếp nhận theo lĩnh vực và kênh nộp

SELECT coalesce(field_name, 'Tổng số') AS "Lĩnh vực", n(count(*)) AS "Tiếp nhận",
    n(count(*) FILTER (channel = 'online')) AS "Trực tuyến", n(count(*) FILTER (channel = 'direct')) AS "Trực tiếp",
    n(count(*) FILTER (channel = 'postal')) AS "Bưu chính",
    pct(count(*) FILTER (channel = 'online'), count(channel)) AS "Tỷ lệ trực tuyến"
FROM dossier WHERE received GROUP BY GROUPING SETS ((field, field_name), ())
ORDER BY grouping(field_name), count(*) DESC, field;

-- @ rows Hồ sơ tiếp nhận theo đối tượng nộp và kênh nộp

SELECT CASE applicant_kind WHEN 'citizen' THEN 'Người dân' WHEN 'business' THEN 'Doanh nghiệp' ELSE 'Tổng số' END
        AS "Đối tượng nộp", n(count(*)) AS "Tiếp nhận",
    n(count(*) FILTER (channel = 'online')) AS "Trực tuyến", n(count(*) FILTER (channel = 'direct')) AS "Trực tiếp",
    n(count(*) FILTER (channel = 'postal')) AS "Bưu chính",
    pct(count(*) FILTER (channel = 'online'), count(channel)) AS "Tỷ lệ trực tuyến"
FROM dossier WHERE received GROUP BY GROUPING SETS ((applicant_kind), ())
ORDER BY grouping(applicant_kind), applicant_kind = 'business';

-- @ must
-- What the pages quote or explain: numbers that no dossier changes.

SELECT unnest([
    'Cột (3) = (4) + (5) + (6) = (7) + (11); cột (7) = (8) + (9) + (10); cột (11) = (12) + (13)',
    'Biểu số II.06a/VPCP/KSTT, Thông tư số 01/2020/TT-VPCP'
]);
