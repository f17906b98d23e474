use super::*;
use proptest::prelude::*;

/// Whether the event came in the rows of [`rows`].
const CAME: [u8; 24] = [1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0];

fn rows() -> Vec<Observation> {
    let row =
        |(i, came): (i32, u8)| (vec![f64::from((i * 7) % 11 - 5) / 2.0, f64::from((i * 5) % 13 - 6) / 3.0], came == 1);
    (0..).zip(CAME).map(row).collect()
}

fn is(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} and not {expected}");
}

/// scikit-learn 1.9.1: `LogisticRegression(C=1/penalty, solver="newton-cholesky", tol=1e-14)`, `brier_score_loss`, `log_loss`.
#[test]
fn as_another_implementation_has_it() {
    for (penalty, intercept, first, second, brier_score, loss) in [
        (
            0.1,
            -0.598_322_408_461_676_1,
            0.491_770_665_078_019_86,
            -0.736_172_329_134_440_5,
            0.185_625_532_536_553_37,
            0.555_221_848_810_162_5,
        ),
        (
            1.0,
            -0.570_849_684_866_580_7,
            0.427_562_349_003_847_15,
            -0.620_623_332_538_227_9,
            0.186_790_994_750_120_37,
            0.557_491_435_771_050_6,
        ),
        (
            10.0,
            -0.515_268_838_251_372_9,
            0.215_721_045_821_792_44,
            -0.267_560_063_929_506_04,
            0.201_660_362_177_397_5,
            0.591_917_699_832_711_7,
        ),
    ] {
        let model = Logistic::fit(&rows(), penalty).unwrap();
        is(model.intercept, intercept);
        is(model.coefficients[0], first);
        is(model.coefficients[1], second);
        let forecasts: Vec<(f64, bool)> = rows().iter().map(|(x, came)| (model.probability(x), *came)).collect();
        is(brier(&forecasts).unwrap(), brier_score);
        is(log_loss(&forecasts).unwrap(), loss);
    }
}

#[test]
fn without_features_it_is_the_share() {
    let rows = vec![(Vec::new(), true), (Vec::new(), false), (Vec::new(), false), (Vec::new(), false)];
    is(Logistic::fit(&rows, 1.0).unwrap().probability(&[]), 0.25);
}

#[test]
fn scores_by_hand() {
    let forecasts = [(0.8, true), (0.4, false)];
    is(brier(&forecasts).unwrap(), f64::midpoint(0.04, 0.16));
    is(log_loss(&forecasts).unwrap(), f64::midpoint(-(0.8_f64.ln()), -(0.6_f64.ln())));
    assert_eq!((brier(&[]), log_loss(&[])), (None, None));
    assert!(log_loss(&[(0.0, true)]).unwrap().is_finite());
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    assert_eq!(Logistic::fit(&[], 1.0), None);
    assert_eq!(Logistic::fit(&[(vec![1.0], true)], 1.0), None);
    assert_eq!(Logistic::fit(&[(vec![1.0], true), (vec![1.0, 2.0], false)], 1.0), None);
    assert_eq!(Logistic::fit(&[(vec![f64::NAN], true), (vec![1.0], false)], 1.0), None);
    assert_eq!(Logistic::fit(&rows(), 0.0), None);
    // What separates the two without a penalty has a finite fit with one.
    let apart = [(vec![1.0], true), (vec![-1.0], false)];
    assert!(Logistic::fit(&apart, 0.01).unwrap().coefficients[0] > 1.0);
}

proptest! {
    #[test]
    fn a_probability_lies_within_its_range_and_rises_with_its_own_sign(
        intercept in -50.0_f64..50.0,
        coefficient in 0.0_f64..50.0,
        x in -50.0_f64..50.0,
    ) {
        let model = Logistic { intercept, coefficients: vec![coefficient] };
        let p = model.probability(&[x]);
        prop_assert!((0.0..=1.0).contains(&p));
        prop_assert!(model.probability(&[x + 1.0]) >= p);
    }

    #[test]
    fn the_mean_forecast_is_the_share_and_more_penalty_never_means_greater_coefficients(
        came in prop::collection::vec(any::<bool>(), 24),
        penalty in 0.05_f64..20.0,
    ) {
        let rows: Vec<Observation> = rows().into_iter().zip(&came).map(|((x, _), &came)| (x, came)).collect();
        let Some(model) = Logistic::fit(&rows, penalty) else { return Ok(()) };
        let stricter = Logistic::fit(&rows, penalty * 2.0).unwrap();
        let events: f64 = came.iter().map(|&came| f64::from(u8::from(came))).sum();
        let forecast: f64 = rows.iter().map(|(x, _)| model.probability(x)).sum();
        prop_assert!((events - forecast).abs() < 1e-8, "the intercept is free");
        let size = |model: &Logistic| model.coefficients.iter().map(|c| c * c).sum::<f64>();
        prop_assert!(size(&stricter) <= size(&model) + 1e-12);
    }
}
