-- Every figure in sections 1-8 of a commune's page, computed again from the stored dossiers.
-- Written from the definitions that the page prints, and DOMAIN.md; nothing here is taken from the package.
--
-- Each part begins with a line "-- @ kind key"; test_recomputed.py runs it and compares it with the page:
--   prepare                 run once, gives nothing
--   rows    [caption]       a whole table in this order: the names of the columns are its head
--   filled  [caption]       the same; columns in which nothing was counted may be missing on the page
--   tiles                   the tiles, one row each: label, figure and what stands under it
--   labels  [title]         the name and the figures drawn in a bar chart, in any order
--   drawn   [title]         the series drawn in a chart over time, and the dates of its axis
--   must                    phrases that stand in the text
-- In captions and titles "…" stands for what turns with the figures: phrases cover it, as they cover all text.
-- Set before: variables commune, first, last (the period's days), files (of the store), reference (a folder).

-- @ prepare

-- How the page writes numbers: 8.930 and 85,11 %, half-up, from exact integers.
CREATE MACRO n(x) AS replace(format('{:,}', x::BIGINT), ',', '.');
CREATE MACRO half_up(a, b) AS (2 * a::BIGINT + b::BIGINT) // (2 * nullif(b::BIGINT, 0));
CREATE MACRO pct(a, b) AS
    coalesce(printf('%d,%02d%%', half_up(10000 * a, b) // 100, half_up(10000 * a, b) % 100), '–');
CREATE MACRO pct_of(a, b) AS CASE WHEN b = 0 THEN '–' ELSE format('{} ({}/{})', pct(a, b), n(a), n(b)) END;
CREATE MACRO hours(seconds) AS printf('%d,%d', half_up(10 * seconds, 3600) // 10, half_up(10 * seconds, 3600) % 10);
CREATE MACRO dmy(t) AS strftime(t::DATE, '%d/%m/%Y');
CREATE MACRO month_year(t) AS strftime(t::DATE, '%m/%Y');
CREATE MACRO in_prose(t) AS format('ngày {} tháng {} năm {}', strftime(t::DATE, '%d'),
    CASE WHEN month(t::DATE) <= 2 THEN strftime(t::DATE, '%m') ELSE strftime(t::DATE, '%-m') END, year(t::DATE));
CREATE MACRO lower_first(name) AS lower(name[1]) || name[2:];
CREATE MACRO fields_named(names) AS
    CASE WHEN len(names) < 3 THEN array_to_string(names, ' và ') ELSE len(names) || ' lĩnh vực' END;
-- The smallest value that at least so many tenths of the values do not exceed; under 10 values tell nothing.
CREATE MACRO reached(x, tenths) AS
    CASE WHEN count(x) >= 10 THEN list_sort(list(x) FILTER (x IS NOT NULL))[(count(x) * tenths + 9) // 10] END;
-- The middle of the shares taken/promised, in whole percent.
CREATE MACRO middle(taken, promised) AS
    CASE WHEN count(promised) >= 10
        THEN list_sort(list({'share': taken / promised, 'taken': taken, 'promised': promised})
            FILTER (promised > 0))[(count(promised) + 1) // 2]
    END;
CREATE MACRO share(taken, promised) AS
    half_up(100 * middle(taken, promised).taken, middle(taken, promised).promised) || '%';

-- Reference tables.
CREATE MACRO reference(name) AS TABLE
    SELECT * FROM read_csv(getvariable('reference') || '/' || name || '.csv', header = true, all_varchar = true);
CREATE TABLE unit AS
    SELECT *, lower_first(province) AS province_name FROM reference('communes') WHERE code = getvariable('commune');
CREATE TABLE period AS SELECT getvariable('first')::DATE AS first, getvariable('last')::DATE AS last, last + 1 AS stop;
-- In the table of hours an empty cell is empty, a total is 0.
CREATE MACRO shown(x, place) AS CASE WHEN x = 0 AND place < 8 THEN '' ELSE n(x) END;
CREATE TABLE weekday AS
    FROM (VALUES (1, 'Thứ Hai'), (2, 'Thứ Ba'), (3, 'Thứ Tư'), (4, 'Thứ Năm'), (5, 'Thứ Sáu')) AS weekdays(place, name);

-- Working days, with the number of each; sessions in office hours, with the seconds worked before each.
CREATE TABLE calendar AS
    SELECT day, works, count(*) FILTER (works) OVER (ORDER BY day) AS nth
    FROM (
        SELECT day::DATE AS day,
            CASE kind WHEN 'off' THEN false WHEN 'worked' THEN true ELSE isodow(day) <= 5 END AS works
        FROM generate_series(DATE '2025-01-01', DATE '2026-12-31', INTERVAL 1 DAY) AS days(day)
        LEFT JOIN reference('holidays') AS holidays ON holidays.date::DATE = day::DATE);
CREATE TABLE session AS
    SELECT opens, closes, sum(length) OVER (ORDER BY opens) - length AS before
    FROM (
        SELECT day + opens::TIME AS opens, day + closes::TIME AS closes,
            epoch(closes::TIME) - epoch(opens::TIME) AS length
        FROM calendar, reference('office_hours') WHERE works);

-- When the dossiers of each unit begin and end.
CREATE TABLE stored AS
    SELECT commune, min(received_at) AS begins, max(received_at) AS ends
    FROM read_parquet(getvariable('files'), hive_partitioning = false) GROUP BY commune;

-- The dossiers of the unit as of the period's end: what happened later is not known yet. Those that ended before the
-- period are no part of it. All due dates of the sample have a time of day.
CREATE TABLE known AS
    SELECT
        dossier_id, procedure, field, channel, applicant_kind, holder, overdue_cause, online_level, received_at, due_at,
        fee_due, paid_online, digitised, e_result, status,
        coalesce(finished_at, returned_at) AS finished, CASE WHEN finished < stop THEN finished END AS ended_at,
        CASE WHEN dossiers.apology_at < stop THEN dossiers.apology_at END AS apology_at,
        -- A new date is known from the letter that gives it; without one, once it has passed or the dossier ended.
        -- So is the number of times; requests have no date at all.
        coalesce(dossiers.apology_at < stop, dossiers.new_due_at < stop OR finished < stop) AS dated,
        CASE WHEN dated THEN dossiers.new_due_at END AS new_due_at,
        CASE WHEN dated THEN dossiers.extensions END AS extensions,
        CASE WHEN finished < stop THEN dossiers.supplement_requests END AS supplement_requests,
        first, last, stop
    FROM read_parquet(getvariable('files'), hive_partitioning = false) AS dossiers, period
    WHERE commune = getvariable('commune') AND received_at < stop AND coalesce(status, 2) NOT IN (1, 3)
        AND (received_at >= first OR coalesce(finished, stop) >= first);
CREATE TABLE dossier AS
    SELECT
        known.*,
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
        class IN ('late', 'pending_overdue') AS overdue,
        coalesce(fields.name, 'Chưa rõ') AS field_name,
        coalesce(procedures.name, 'Thủ tục mã ' || procedure, 'Không ghi mã') AS procedure_name,
        concat_ws(': ', field_name, CASE WHEN procedure IS NOT NULL THEN lower_first(procedure_name) END) AS subject,
        coalesce(holders.name, 'Chưa rõ') AS holder_name,
        holders.level AS holder_level,
        coalesce(causes.name, 'Chưa rõ') AS cause_name
    FROM known
    LEFT JOIN reference('fields') AS fields ON fields.code = field
    LEFT JOIN reference('procedures') AS procedures ON procedures.code = procedure
    LEFT JOIN reference('holders') AS holders ON holders.code = holder
    LEFT JOIN reference('causes') AS causes ON causes.code = overdue_cause;

CREATE TABLE counts AS
    SELECT
        count(*) AS handled,
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
        early + on_time AS in_time
    FROM dossier;

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
-- Pending dossiers with the working days after the day received, and those left until the day due.
CREATE TABLE pending AS
    SELECT dossier.*, until.nth - taken.nth AS age, due.nth - until.nth AS left_over,
        class = 'pending_in_time' AND NOT waiting AND due_at::DATE BETWEEN last + 1 AND last + 7 AS due_soon
    FROM dossier
    JOIN calendar AS taken ON taken.day = received_at::DATE
    JOIN calendar AS until ON until.day = last
    LEFT JOIN calendar AS due ON due.day = due_at::DATE
    WHERE pending;

-- Resolved dossiers that did not end before they were received: office seconds taken, and promised.
CREATE MACRO clock(t, s) AS (s.before + epoch(least(t, s.closes)) - epoch(s.opens))::BIGINT;
CREATE TABLE timed AS
    SELECT
        field, field_name, procedure, procedure_name,
        clock(ended_at, at_end) - clock(received_at, at_start) AS taken,
        CASE WHEN due_at > received_at THEN clock(due_at, at_due) - clock(received_at, at_start) END AS promised
    FROM dossier
    ASOF JOIN session AS at_start ON received_at >= at_start.opens
    ASOF JOIN session AS at_end ON ended_at >= at_end.opens
    ASOF LEFT JOIN session AS at_due ON due_at >= at_due.opens
    WHERE resolved AND ended_at >= received_at;

-- Received, resolved and left by week; a week begins on Monday, the first with the period.
CREATE TABLE weekly AS
    SELECT
        greatest(monday, first) AS begins, least(monday + 6, last) AS ends,
        count(*) FILTER (received AND received_at::DATE BETWEEN begins AND ends) AS received,
        count(*) FILTER (resolved AND ended_at::DATE BETWEEN begins AND ends) AS resolved,
        count(*) FILTER (received_at::DATE <= ends AND coalesce(ended_at::DATE > ends, true)) AS pending
    FROM dossier,
        (SELECT DISTINCT date_trunc('week', day)::DATE AS monday FROM calendar, period WHERE day BETWEEN first AND last)
    GROUP BY ALL;

-- Left at the end of each day.
CREATE TABLE daily AS
    SELECT day, count(*) AS pending
    FROM dossier JOIN calendar ON received_at::DATE <= day AND coalesce(ended_at::DATE > day, true)
    WHERE day BETWEEN first AND last GROUP BY day;

-- The rates of sections 1 and 8: what is counted, over what.
CREATE TABLE counted AS
    SELECT field, field_name, channel, place, indicator, label, basis, below, above AND below AS above
    FROM dossier, LATERAL (VALUES
        (1, 'online_rate', 'Tỷ lệ tiếp nhận trực tuyến', channel = 'online',
            received AND channel IS NOT NULL, 'hồ sơ tiếp nhận có ghi kênh nộp'),
        (2, 'fully_online_rate', 'Tỷ lệ trực tuyến toàn trình', channel = 'online' AND online_level = 'full',
            received, 'hồ sơ tiếp nhận trong kỳ'),
        (3, 'business_online_rate', 'Tỷ lệ hồ sơ của doanh nghiệp nộp trực tuyến', channel = 'online',
            received AND applicant_kind = 'business' AND channel IS NOT NULL, 'hồ sơ của doanh nghiệp có ghi kênh nộp'),
        (4, 'online_payment_rate', 'Tỷ lệ thanh toán trực tuyến', paid_online, received AND fee_due,
            'hồ sơ tiếp nhận có phí, lệ phí'),
        (5, 'digitised_rate', 'Tỷ lệ số hóa hồ sơ', digitised, received AND digitised IS NOT NULL,
            'hồ sơ tiếp nhận có ghi thông tin số hóa'),
        (6, 'e_result_rate', 'Tỷ lệ trả kết quả điện tử', e_result, resolved AND e_result IS NOT NULL,
            'hồ sơ đã giải quyết có ghi thông tin kết quả điện tử'),
        (7, 'digital_rate', 'Tỷ lệ số hóa và có kết quả điện tử', digitised AND e_result,
            resolved AND digitised IS NOT NULL AND e_result IS NOT NULL, 'hồ sơ đã giải quyết có ghi cả hai thông tin')
    ) AS rates(place, indicator, label, above, below, basis);
CREATE TABLE rate AS
    SELECT place, indicator, label, basis, count(*) FILTER (above) AS numerator, count(*) FILTER (below) AS denominator
    FROM counted GROUP BY place, indicator, label, basis;
CREATE MACRO rated(this, above, below) AS pct_of(count(*) FILTER (this AND above), count(*) FILTER (this AND below));
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

-- Section 8: received by field, and by procedure with those that could have been filed online: filed otherwise, for a
-- procedure that is offered online by the catalogue or had a dossier filed online in the period.
CREATE TABLE online_share AS
    SELECT field, field_name, count(*) FILTER (channel = 'online') / count(channel) AS share,
        pct(count(*) FILTER (channel = 'online'), count(channel)) AS printed
    FROM dossier WHERE received GROUP BY field, field_name;
CREATE TABLE procedure_count AS
    SELECT procedure, procedures.name, count(*) AS received, count(*) FILTER (channel = 'online') AS online,
        CASE WHEN procedures.online IN ('full', 'partial') OR count(*) FILTER (channel = 'online') > 0
            THEN count(*) FILTER (channel IN ('direct', 'postal')) ELSE 0 END AS could
    FROM dossier LEFT JOIN reference('procedures') AS procedures ON procedures.code = procedure
    WHERE received AND procedure IS NOT NULL GROUP BY procedure, procedures.name, procedures.online;

-- @ tiles

SELECT format('Tiếp nhận trong kỳ {} {}', n(received), CASE WHEN begins >= first THEN 'chưa rõ số kỳ trước chuyển sang'
    ELSE format('và {} hồ sơ kỳ trước chuyển sang', n(carried_over)) END)
FROM counts, period, stored WHERE commune = getvariable('commune')
UNION ALL
SELECT concat_ws(' ', rate.label, pct(rate.numerator, rate.denominator),
    format('{}/{} {}', n(rate.numerator), n(rate.denominator), rate.basis), verdict)
FROM rate LEFT JOIN target USING (indicator) WHERE indicator = 'online_rate'
UNION ALL
SELECT unnest([
    format('Đã giải quyết {} bằng {} trên {} hồ sơ nhận giải quyết (trong kỳ và kỳ trước chuyển sang)',
        n(resolved), pct(resolved, handled), n(handled)),
    format('Giải quyết trước hạn {} bằng {} trên {} hồ sơ đã giải quyết có hạn trả',
        n(early), pct(early, resolved_due), n(resolved_due)),
    format('Tỷ lệ giải quyết trước và đúng hạn {} {}/{} hồ sơ đã giải quyết có hạn trả',
        pct(in_time, resolved_due), n(in_time), n(resolved_due)),
    format('Giải quyết quá hạn {} bằng {} trên {} hồ sơ đã giải quyết có hạn trả',
        n(late), pct(late, resolved_due), n(resolved_due)),
    format('Đang giải quyết {} bằng {} trên {} hồ sơ nhận giải quyết (trong kỳ và kỳ trước chuyển sang)',
        n(pending), pct(pending, handled), n(handled)),
    format('Đang giải quyết, đã quá hạn {} bằng {} trên {} hồ sơ đang giải quyết cuối kỳ',
        n(pending_overdue), pct(pending_overdue, pending), n(pending))
]) FROM counts;

-- @ must
-- Section 1: the period before, other units with data to the end.

SELECT format('Chưa so sánh với kỳ trước ({}) do dữ liệu chỉ có từ ngày {}.',
    CASE WHEN first = date_trunc('quarter', first) AND last = first + INTERVAL 3 MONTH - INTERVAL 1 DAY
        THEN format('quý {}/{}', ['I', 'II', 'III', 'IV'][quarter(first - 1)], year(first - 1))
        ELSE format('từ {} đến {}', dmy(first - (stop - first)::INT), dmy(first - 1)) END,
    dmy(begins))
FROM period, stored WHERE commune = getvariable('commune')
UNION ALL
SELECT format('chỉ {}/{} đơn vị của {} có dữ liệu đến hết kỳ',
    n(count(*) FILTER (ends >= stop - INTERVAL 7 DAYS)), n(count(*)), province_name)
FROM unit JOIN reference('communes') AS communes USING (province_code)
LEFT JOIN stored ON commune = communes.code, period
GROUP BY province_name
UNION ALL
SELECT DISTINCT document || '.' FROM target;

-- @ rows So với chỉ tiêu được giao

SELECT label AS "Chỉ tiêu", n(numerator) AS "Tử số", n(denominator) AS "Mẫu số", pct(numerator, denominator) AS "Tỷ lệ",
    basis AS "Mẫu số là", verdict AS "Chỉ tiêu được giao, xếp hạng"
FROM target ORDER BY place;

-- @ must
-- Section 2: the summary.

SELECT unnest([
    format('Từ {} đến {}, {} tiếp nhận {} hồ sơ', in_prose(first), in_prose(last), lower_first(name), n(received)),
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
-- Section 3: titles of the charts, busiest day and hour.

SELECT format('Tiếp nhận {}, giải quyết {} hồ sơ', n(received), n(resolved)) FROM counts
UNION ALL
SELECT CASE WHEN count(*) <= 2 THEN format('tuần bắt đầu từ {} tiếp nhận nhiều nhất ({}{})',
    string_agg(dmy(begins), ' và ' ORDER BY begins), CASE WHEN count(*) = 2 THEN 'mỗi tuần ' ELSE '' END, n(received))
    END
FROM (FROM weekly QUALIFY rank() OVER (ORDER BY received DESC) = 1) GROUP BY received
UNION ALL
SELECT format('Cuối kỳ có {} hồ sơ đang giải quyết; nhiều nhất vào cuối ngày {} ({})', n(counts.pending), dmy(day),
    n(daily.pending))
FROM counts, daily QUALIFY row_number() OVER (ORDER BY daily.pending DESC, day) = 1
UNION ALL
SELECT format('Hồ sơ đến nhiều nhất vào {} ({})', lower_first(name), pct(count(*), any_value(counts.received)))
FROM dossier JOIN weekday ON place = isodow(received_at), counts
WHERE dossier.received GROUP BY name QUALIFY rank() OVER (ORDER BY count(*) DESC) = 1
UNION ALL
SELECT format('đông nhất từ {} đến {} giờ ({})', hour(received_at), hour(received_at) + 1,
    pct(count(*), any_value(counts.received)))
FROM dossier, counts
WHERE dossier.received GROUP BY hour(received_at) QUALIFY rank() OVER (ORDER BY count(*) DESC) = 1;

-- @ drawn Tiếp nhận …, giải quyết … hồ sơ; tuần bắt đầu từ … tiếp nhận nhiều nhất (…)

SELECT strftime(begins, '%d/%m'), received, resolved FROM weekly ORDER BY begins;

-- @ drawn Cuối kỳ có … hồ sơ đang giải quyết; nhiều nhất vào cuối ngày … (…)

SELECT strftime(begins, '%d/%m'), pending FROM weekly ORDER BY begins;

-- @ rows Theo tháng trong kỳ

WITH monthly AS (
    SELECT begins, month_year(begins) AS name, least(begins + INTERVAL 1 MONTH, stop) AS until,
        count(*) FILTER (received AND received_at >= begins AND received_at < until) AS received,
        count(*) FILTER (received AND received_at >= begins AND received_at < until AND channel = 'online') AS online,
        count(channel) FILTER (received AND received_at >= begins AND received_at < until) AS with_channel,
        count(*) FILTER (resolved AND ended_at >= begins AND ended_at < until) AS resolved,
        count(*) FILTER (class = 'late' AND ended_at >= begins AND ended_at < until) AS late,
        count(*) FILTER (received_at < until AND coalesce(ended_at >= until, true)) AS pending
    FROM dossier,
        (SELECT DISTINCT date_trunc('month', day) AS begins FROM calendar, period WHERE day BETWEEN first AND last)
    GROUP BY begins, stop
    UNION ALL
    SELECT NULL, 'Cả kỳ', NULL, received, online, with_channel, resolved, late, pending FROM counts)
SELECT name AS "Tháng", n(received) AS "Tiếp nhận", n(online) AS "Trực tuyến",
    pct(online, with_channel) AS "Tỷ lệ trực tuyến",
    n(resolved) AS "Đã giải quyết", n(late) AS "Giải quyết quá hạn", n(pending) AS "Còn cuối tháng"
FROM monthly ORDER BY begins NULLS LAST;

-- @ filled Thời điểm tiếp nhận hồ sơ trong tuần

WITH arrival AS (
    SELECT place, name, hour(received_at) AS h FROM dossier JOIN weekday ON place = isodow(received_at) WHERE received
    UNION ALL
    SELECT 8, 'Tổng', hour(received_at) FROM dossier WHERE received)
SELECT name AS "Ngày",
    shown(count(*) FILTER (h = 6), place) AS "6h", shown(count(*) FILTER (h = 7), place) AS "7h",
    shown(count(*) FILTER (h = 8), place) AS "8h", shown(count(*) FILTER (h = 9), place) AS "9h",
    shown(count(*) FILTER (h = 10), place) AS "10h", shown(count(*) FILTER (h = 11), place) AS "11h",
    shown(count(*) FILTER (h = 12), place) AS "12h", shown(count(*) FILTER (h = 13), place) AS "13h",
    shown(count(*) FILTER (h = 14), place) AS "14h", shown(count(*) FILTER (h = 15), place) AS "15h",
    shown(count(*) FILTER (h = 16), place) AS "16h", shown(count(*) FILTER (h = 17), place) AS "17h",
    n(count(*)) AS "Tổng"
FROM arrival GROUP BY place, name ORDER BY place;

-- @ must
-- Section 4: notes under the tables.

SELECT unnest([
    format('Đối chiếu: tiếp nhận trong kỳ {} + kỳ trước chuyển sang {}{} = đã giải quyết {} + công dân rút {} '
        || '+ đang giải quyết {}: {}.', n(received), n(carried_over),
        CASE WHEN begins >= first THEN ' (chưa xác định được)' ELSE '' END, n(resolved), n(withdrawn), n(pending),
        CASE WHEN received + carried_over = resolved + withdrawn + pending THEN 'khớp' END),
    format('Trong số đang giải quyết trong hạn có {} hồ sơ chờ bổ sung, nộp phí, tạm dừng', n(nullif(waiting, 0))),
    CASE WHEN begins >= first
        THEN format('Cột (6): dữ liệu bắt đầu từ ngày {}, chưa xác định được hồ sơ từ kỳ trước', dmy(begins)) END,
    format('Tình hình, kết quả giải quyết theo lĩnh vực, từ ngày {} đến ngày {}', dmy(first), dmy(last))
]) FROM counts, period, stored WHERE commune = getvariable('commune');

-- @ rows Tình hình, kết quả giải quyết theo lĩnh vực, từ ngày … đến ngày …

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

SELECT field_name AS "Lĩnh vực", n(count(*) FILTER (received)) AS "Tiếp nhận",
    pct(count(*) FILTER (received AND channel = 'online'), count(channel) FILTER (received)) AS "Tỷ lệ trực tuyến",
    n(count(*) FILTER (resolved AND due_at IS NOT NULL)) AS "Giải quyết có hạn trả",
    n(count(*) FILTER (class IN ('early', 'on_time'))) AS "Trước và đúng hạn",
    pct(count(*) FILTER (class IN ('early', 'on_time')), count(*) FILTER (resolved AND due_at IS NOT NULL)) AS "Tỷ lệ",
    n(count(*)) AS "Nhận giải quyết", n(count(*) FILTER (pending)) AS "Đang giải quyết",
    pct(count(*) FILTER (pending), count(*)) AS "Tỷ lệ"
FROM dossier GROUP BY field, field_name ORDER BY count(*) FILTER (received) DESC, field;

-- @ rows Phân loại hồ sơ theo tình trạng

SELECT label AS "Tình trạng đến hết kỳ", n(dossiers) AS "Số hồ sơ"
FROM counts, LATERAL (VALUES (1, 'Đã giải quyết trước hạn', early), (2, 'Đã giải quyết đúng hạn', on_time),
    (3, 'Đã giải quyết quá hạn', late), (4, 'Đang giải quyết, trong hạn', pending - pending_overdue),
    (5, 'Đang giải quyết, đã quá hạn', pending_overdue), (6, 'Tổng số', handled)) AS classes(place, label, dossiers)
WHERE dossiers > 0 ORDER BY place;

-- @ must
-- Section 5: how long.

SELECT format('Một nửa trong {} hồ sơ được giải quyết trong không quá {} giờ làm việc, 90% không quá {} giờ; '
    || 'thời gian hẹn trả có trung vị là {} giờ (trên {} hồ sơ)', n(count(*)),
    hours(reached(taken, 5)), hours(reached(taken, 9)), hours(reached(promised, 5)), n(count(promised)))
FROM timed;

-- @ rows Thời gian giải quyết theo lĩnh vực

SELECT coalesce(field_name, 'Tất cả') AS "Lĩnh vực", n(count(*)) AS "Hồ sơ đã giải quyết",
    coalesce(hours(reached(taken, 5)), '–') AS "Một nửa xong trong (giờ)",
    coalesce(hours(reached(taken, 9)), '–') AS "90% xong trong (giờ)",
    coalesce(hours(reached(promised, 5)), '–') AS "Một nửa hẹn trả trong (giờ)",
    coalesce(share(taken, promised), '–') AS "So với thời gian hẹn"
FROM timed GROUP BY GROUPING SETS ((field, field_name), ())
ORDER BY grouping(field_name), count(*) DESC, field NULLS FIRST;

-- @ rows Thời gian giải quyết theo thủ tục

SELECT coalesce(procedure_name, 'Tất cả') AS "Thủ tục", n(count(*)) AS "Hồ sơ đã giải quyết",
    coalesce(hours(reached(taken, 5)), '–') AS "Một nửa xong trong (giờ)",
    coalesce(hours(reached(taken, 9)), '–') AS "90% xong trong (giờ)",
    coalesce(hours(reached(promised, 5)), '–') AS "Một nửa hẹn trả trong (giờ)",
    coalesce(share(taken, promised), '–') AS "So với thời gian hẹn"
FROM timed GROUP BY GROUPING SETS ((procedure, procedure_name), ())
ORDER BY grouping(procedure_name), count(*) DESC, procedure NULLS FIRST;

-- @ must
-- Section 6: what is late, who holds it, why, was the citizen told.

SELECT unnest([
    coalesce(format('Có {}', n(nullif(late, 0))), 'Không có') || ' hồ sơ đã giải quyết nhưng quá hạn',
    coalesce(format('Có {}', n(nullif(pending_overdue, 0))), 'Không có') || ' hồ sơ đang giải quyết đã quá hạn',
    format('Tỷ lệ quá hạn chung là {} trên {} hồ sơ nhận giải quyết', pct(overdue, handled), n(handled)),
    format('Xin lỗi, hẹn lại và yêu cầu bổ sung ở {} hồ sơ quá hạn', n(overdue))
]) FROM counts
UNION ALL
SELECT format('Trong {} hồ sơ giải quyết quá hạn, hạn trả sớm nhất là ngày {}, '
    || 'hồ sơ giải quyết xong muộn nhất là ngày {}', n(count(*)), dmy(min(due_at)), dmy(max(ended_at)))
FROM overdue WHERE resolved HAVING count(*) > 0
UNION ALL
SELECT format('Trong {} hồ sơ đang giải quyết đã quá hạn, lâu nhất là {} ngày làm việc', n(count(*)), n(max(days)))
FROM overdue WHERE pending HAVING count(*) > 0
UNION ALL
SELECT format('Cơ quan ngoài cấp xã giữ {} hồ sơ, đơn vị của cấp xã giữ {}',
    n(count(*) FILTER (holder_level = 'province')), n(count(*) FILTER (holder_level = 'commune')))
FROM overdue WHERE pending HAVING count(*) FILTER (holder_level = 'province') > 0
UNION ALL
SELECT coalesce('nhiều nhất ở lĩnh vực ' || said, 'không lĩnh vực nào nhiều hơn hẳn')
FROM most WHERE kind = 'field' AND of <> 'either'
UNION ALL
-- The title of the chart.
SELECT format('{} có {} trong {} hồ sơ quá hạn ({})', names[1], n(most), n(overdue), pct(most, overdue))
FROM most, counts WHERE kind = 'field' AND of = 'either' AND len(names) = 1
UNION ALL
-- The first three causes and holders, and the rest.
SELECT format('{}: {}.', CASE kind WHEN 'cause' THEN 'Nguyên nhân ghi nhận' ELSE 'Nơi đang giữ' END, concat_ws('; ',
    string_agg(format('{} ({})', said, n(dossiers)), '; ' ORDER BY place) FILTER (place <= 3),
    format('còn lại ({})', n(sum(dossiers) FILTER (place > 3)))))
FROM item WHERE (kind = 'cause' AND of <> 'either') OR (kind = 'holder' AND of = 'pending') GROUP BY kind, of;

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

-- @ rows Hồ sơ quá hạn theo thủ tục

SELECT name AS "Thủ tục", n(late) AS "Đã giải quyết, quá hạn", n(pending) AS "Đang giải quyết, quá hạn",
    n(either) AS "Tổng", pct(either, overall) AS "Tỷ trọng"
FROM breakdown WHERE kind = 'procedure' ORDER BY rowid;

-- @ rows Hồ sơ quá hạn theo tháng đến hạn

SELECT name AS "Đến hạn trong tháng", n(late) AS "Đã giải quyết, quá hạn", n(pending) AS "Đang giải quyết, quá hạn",
    n(either) AS "Tổng"
FROM breakdown WHERE kind = 'month' ORDER BY rowid;

-- @ rows Đã giải quyết nhưng quá hạn, theo lĩnh vực và số ngày

SELECT coalesce(field_name, 'Tổng số') AS "Lĩnh vực",
    n(count(*) FILTER (band = '≤ 1')) AS "Số ngày làm việc quá hạn / ≤ 1",
    n(count(*) FILTER (band = '2–5')) AS "Số ngày làm việc quá hạn / 2–5",
    n(count(*) FILTER (band = '6–10')) AS "Số ngày làm việc quá hạn / 6–10",
    n(count(*) FILTER (band = '11–30')) AS "Số ngày làm việc quá hạn / 11–30",
    n(count(*) FILTER (band = '> 30')) AS "Số ngày làm việc quá hạn / > 30",
    n(count(*)) AS "Tổng"
FROM overdue WHERE resolved GROUP BY GROUPING SETS ((field, field_name), ()) HAVING count(*) > 0
ORDER BY grouping(field_name), count(*) DESC, field;

-- @ rows Đang giải quyết, đã quá hạn, theo lĩnh vực và số ngày

SELECT coalesce(field_name, 'Tổng số') AS "Lĩnh vực",
    n(count(*) FILTER (band = '≤ 1')) AS "Số ngày làm việc quá hạn / ≤ 1",
    n(count(*) FILTER (band = '2–5')) AS "Số ngày làm việc quá hạn / 2–5",
    n(count(*) FILTER (band = '6–10')) AS "Số ngày làm việc quá hạn / 6–10",
    n(count(*) FILTER (band = '11–30')) AS "Số ngày làm việc quá hạn / 11–30",
    n(count(*) FILTER (band = '> 30')) AS "Số ngày làm việc quá hạn / > 30",
    n(count(*)) AS "Tổng"
FROM overdue WHERE pending GROUP BY GROUPING SETS ((field, field_name), ()) HAVING count(*) > 0
ORDER BY grouping(field_name), count(*) DESC, field;

-- @ rows Xin lỗi, hẹn lại và yêu cầu bổ sung ở … hồ sơ quá hạn

SELECT label || CASE place WHEN 9 THEN format(', trên {} hồ sơ xác định được số lần', n(count(*) FILTER (known)))
        ELSE '' END AS "Nội dung",
    n(count(*) FILTER (counted)) AS "Số hồ sơ", pct(count(*) FILTER (counted), count(*) FILTER (known)) AS "Tỷ lệ"
FROM overdue, LATERAL (VALUES
    (1, 'Có thư xin lỗi và hẹn lại', apology_at IS NOT NULL, true),
    (2, 'trong đó gửi trước ngày hết hạn ít nhất một ngày', apology_at::DATE < due_at::DATE, true),
    (3, 'trong đó gửi từ ngày hết hạn trở đi', apology_at::DATE >= due_at::DATE, true),
    (4, 'Không ghi nhận thư xin lỗi', apology_at IS NULL, true),
    (5, 'Có hẹn lại ngày trả', new_due_at IS NOT NULL, true),
    (6, 'trong đó ngày hẹn lại đã qua khi gửi thư', new_due_at < apology_at, true),
    (7, 'trong đó quá cả ngày hẹn lại, đã hoặc chưa giải quyết', new_due_at < coalesce(ended_at, stop), true),
    (8, 'Hẹn lại quá một lần (quy định: không quá một lần)', extensions > 1, true),
    (9, 'Yêu cầu bổ sung quá một lần (quy định: chỉ một lần)', supplement_requests > 1, supplement_requests IS NOT NULL)
) AS questions(place, label, counted, known)
GROUP BY place, label ORDER BY place;

-- @ rows Hồ sơ đang giải quyết đã quá hạn (ngày làm việc), quá hạn lâu nhất trước

SELECT dossier_id AS "Mã hồ sơ", CASE days WHEN 0 THEN '< 1' ELSE n(days) END AS "Ngày quá hạn",
    holder_name AS "Nơi giữ", subject AS "Lĩnh vực, thủ tục",
    dmy(received_at) || ' – ' || dmy(due_at) AS "Tiếp nhận – hạn trả", cause_name AS "Nguyên nhân",
    coalesce(nullif(concat_ws(', ', dmy(apology_at), 'hẹn ' || dmy(new_due_at)), ''), '–') AS "Xin lỗi, hẹn lại"
FROM overdue WHERE pending ORDER BY due_at, dossier_id LIMIT 50;

-- @ must
-- Section 7: what falls due in the 7 days after the period.

SELECT unnest([
    format('{} hồ sơ đến hạn trong 7 ngày sau kỳ báo cáo', n(count(*))),
    format('Chỉ in 15 trong {} hồ sơ', CASE WHEN count(*) > 15 THEN n(count(*)) END)
])
FROM pending WHERE due_soon HAVING count(*) > 0
UNION ALL
SELECT 'Số hồ sơ theo ngày đến hạn: ' || string_agg(strftime(day, '%d/%m') || ': ' || n(dossiers), '; ' ORDER BY day)
FROM (SELECT due_at::DATE AS day, count(*) AS dossiers FROM pending WHERE due_soon GROUP BY day);

-- @ rows Hồ sơ đang giải quyết theo thời gian từ khi tiếp nhận

WITH aged AS (
    SELECT place, label, count(class) FILTER (class = 'pending_in_time') AS in_time,
        count(class) FILTER (class = 'pending_in_time' AND waiting) AS waiting,
        count(class) FILTER (class = 'pending_overdue') AS overdue,
        count(class) FILTER (class = 'pending_no_due') AS no_due, count(class) AS pending
    FROM (VALUES (1, '≤ 5', 0, 5), (2, '6–10', 6, 10), (3, '11–30', 11, 30), (4, '31–60', 31, 60),
        (5, '> 60', 61, 9999), (6, 'Tổng số', 0, 9999)) AS bands(place, label, low, high)
    LEFT JOIN pending ON age BETWEEN low AND high
    GROUP BY place, label)
SELECT label AS "Ngày làm việc từ khi tiếp nhận", n(in_time) AS "Trong hạn", n(waiting) AS "Trong đó đang chờ",
    n(overdue) AS "Đã quá hạn", n(no_due) AS "Không ghi hạn", n(pending) AS "Tổng",
    pct(pending, max(pending) OVER ()) AS "Tỷ lệ"
FROM aged ORDER BY place;

-- @ rows … hồ sơ đến hạn trong … ngày sau kỳ báo cáo, sớm nhất trước (còn lại: ngày làm việc)

SELECT dossier_id AS "Mã hồ sơ", n(left_over) AS "Ngày còn lại", holder_name AS "Nơi giữ",
    subject AS "Lĩnh vực, thủ tục",
    dmy(received_at) || ' – ' || dmy(due_at) AS "Tiếp nhận – hạn trả"
FROM pending WHERE due_soon ORDER BY due_at, dossier_id LIMIT 15;

-- @ rows Trực tuyến, thanh toán, số hóa

SELECT label AS "Chỉ tiêu", n(numerator) AS "Tử số", n(denominator) AS "Mẫu số",
    pct(numerator, denominator) AS "Tỷ lệ", basis AS "Mẫu số là",
    '–' AS "Xếp hạng"
FROM rate ORDER BY place;

-- @ must
-- Section 8: fields with the highest and lowest rate; dossiers that could have been filed online.

SELECT format('Nộp trực tuyến: cao nhất {} ({}), thấp nhất {} ({})',
    fields_named(list(field_name ORDER BY field) FILTER (share = top)), max(printed) FILTER (share = top),
    fields_named(list(field_name ORDER BY field) FILTER (share = bottom)), max(printed) FILTER (share = bottom))
FROM (SELECT *, max(share) OVER () AS top, min(share) OVER () AS bottom FROM online_share)
UNION ALL
SELECT format('Tất cả thủ tục: {} hồ sơ', n(sum(could))) FROM procedure_count
UNION ALL
SELECT format('{}/{} hồ sơ không ghi mã thủ tục', n(count(*) FILTER (procedure IS NULL)), n(count(*)))
FROM dossier WHERE received;

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

-- @ rows Thanh toán, số hóa theo lĩnh vực

SELECT coalesce(field_name, 'Tất cả') AS "Lĩnh vực",
    rated(indicator = 'fully_online_rate', above, below) AS "Trực tuyến toàn trình",
    rated(indicator = 'online_payment_rate', above, below) AS "Thanh toán trực tuyến",
    rated(indicator = 'digitised_rate', above, below) AS "Số hóa hồ sơ",
    rated(indicator = 'e_result_rate', above, below) AS "Trả kết quả điện tử"
FROM counted GROUP BY GROUPING SETS ((field, field_name), ())
ORDER BY grouping(field_name), count(*) FILTER (indicator = 'fully_online_rate' AND below) DESC, field;

-- @ rows Thanh toán, số hóa theo kênh nộp

SELECT CASE channel WHEN 'online' THEN 'Trực tuyến' WHEN 'direct' THEN 'Trực tiếp'
        WHEN 'postal' THEN 'Dịch vụ bưu chính' ELSE 'Tất cả' END AS "Kênh nộp",
    rated(indicator = 'online_payment_rate', above, below) AS "Thanh toán trực tuyến",
    rated(indicator = 'digitised_rate', above, below) AS "Số hóa hồ sơ",
    rated(indicator = 'e_result_rate', above, below) AS "Trả kết quả điện tử"
FROM counted GROUP BY GROUPING SETS ((channel), ())
ORDER BY grouping(channel), list_position(['online', 'direct', 'postal'], channel);

-- @ rows Trực tuyến, thanh toán, số hóa theo tháng tiếp nhận

WITH monthly AS (
    SELECT date_trunc('month', received_at) AS begins,
        count(*) FILTER (channel = 'online') AS online, count(channel) AS with_channel,
        count(*) FILTER (fee_due AND paid_online) AS paid, count(*) FILTER (fee_due) AS with_fee,
        count(*) FILTER (digitised) AS digitised, count(digitised) AS with_digitised
    FROM dossier WHERE received GROUP BY GROUPING SETS ((begins), ()))
SELECT coalesce(month_year(begins), 'Cả kỳ') AS "Tháng",
    n(online) || '/' || n(with_channel) AS "Nộp trực tuyến", pct(online, with_channel) AS "Tỷ lệ",
    n(paid) || '/' || n(with_fee) AS "Thanh toán trực tuyến", pct(paid, with_fee) AS "Tỷ lệ",
    n(digitised) || '/' || n(with_digitised) AS "Số hóa hồ sơ", pct(digitised, with_digitised) AS "Tỷ lệ"
FROM monthly ORDER BY begins NULLS LAST;

-- @ rows Thủ tục có nhiều hồ sơ nhất

SELECT coalesce(name, 'Thủ tục mã ' || procedure) AS "Thủ tục", procedure AS "Mã", n(received) AS "Tiếp nhận",
    n(online) AS "Trực tuyến", pct(online, received) AS "Tỷ lệ trực tuyến", n(could) AS "Có thể nộp trực tuyến"
FROM procedure_count ORDER BY received DESC, procedure LIMIT 10;

-- @ must
-- What the page quotes or explains: numbers that no dossier changes.

SELECT unnest([
    'Cột (3) = (4) + (5) + (6) = (7) + (11); cột (7) = (8) + (9) + (10); cột (11) = (12) + (13)',
    'Biểu số II.06a/VPCP/KSTT, Thông tư số 01/2020/TT-VPCP',
    '“8h” là từ 8 giờ đến trước 9 giờ',
    'theo giờ làm việc (7,5 giờ một ngày)',
    'mẫu 04, Thông tư 03/2025/TT-VPCP',
    'Điều 11 Nghị định 118/2025/NĐ-CP',
    'hạn trả trong 7 ngày sau kỳ báo cáo',
    'Số “90%” và cột cuối chỉ in khi có từ 10 hồ sơ'
]);
